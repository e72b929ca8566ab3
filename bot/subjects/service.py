"""Erasing a person and correcting what is held of them, each in one transaction with its audit record.

A school's extract says who is at the school: of a person who is, nothing is erased here before it says so.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from bot.people import audit, audit_chain, permissions
from bot.people.audit import AuditRecord
from bot.services import Services
from provisioning.clock import system_time, today, uk_date
from provisioning.errors import KnownError
from provisioning.records.accounts import Account
from provisioning.sources.dates import EARLIEST
from provisioning.store import erasure
from provisioning.store.erasure import Step
from provisioning.store.every_table import METADATA
from provisioning.store.journal import stored
from provisioning.store.subject import HeldRows, Subject, accounts_of, with_usernames
from provisioning.store.tables.accounts import AccountRow, CorrectionRow
from provisioning.subject import on_roll_at, subject_access

DATE_OF_BIRTH, CASE_TEXT = "date_of_birth", "text"
_TIMES = 3
"""How often what was written meanwhile is looked for."""
_LONGEST_NAME = 100
"""The most characters of a surname or forename that is typed."""


@dataclass(frozen=True)
class Erasure:
    """What erasing a person does: the counts of rows deleted, changed and kept, by table.

    `in_extracts` are their rows in the schools' current extracts, which are the schools' to delete.
    """

    subject: Subject
    deleted: Mapping[str, int]
    changed: Mapping[str, int]
    kept: Mapping[str, int]
    in_extracts: int

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to erase."""
        return not (self.deleted or self.changed)


def erasable(services: Services, typed: str, school: str | None) -> Erasure:
    """Return what erasing the person that `typed` means would do.

    Raises `KnownError` where they are unknown, have an active account or a role, or may be on roll.
    """
    subject, held = subject_access(services.provisioning, typed, school)
    on_roll = [] if subject.slack_user else on_roll_at(services.provisioning, subject)
    with services.database.reading() as session:
        _require_ended(session, services, subject, on_roll)
        return _erasure(subject, held, erasure.plan(session, subject))


def erase(services: Services, wanted: Erasure, *, who: str) -> Erasure:
    """Erase the person of `wanted` in one transaction; the audit says how much, and nothing of whom.

    Every table is looked through before, so that no other writer waits for it, and again after it: what was
    written about the person meanwhile is erased in another transaction. Raises `KnownError` as `erasable`
    does: what was shown may be of before a run.
    """
    subject = wanted.subject
    on_roll = [] if subject.slack_user else on_roll_at(services.provisioning, subject)
    with services.database.reading() as session:
        subject = with_usernames(session, subject)
        planned = erasure.plan(session, subject)
    done = _erase_planned(services, subject, on_roll, planned, who)
    for _ in range(_TIMES):
        with services.database.reading() as session:
            planned = erasure.plan(session, subject)
        if not any(step.delete or step.change for step in planned):
            break
        done = _together(done, _erase_planned(services, subject, on_roll, planned, who))
    services.database.scrub()
    return done


def _erase_planned(
    services: Services, subject: Subject, on_roll: list[str], planned: list[Step], who: str
) -> Erasure:
    def work(session: Session) -> Erasure:
        _require_ended(session, services, subject, on_roll)
        steps = erasure.plan_again(session, subject, planned)
        erasure.carry_out(session, steps)
        done = _erasure(subject, [], steps)
        outcome = f"ok: deleted {sum(done.deleted.values())}, changed {sum(done.changed.values())}"
        now = services.clock.now()
        audit.record(session, AuditRecord(now, who, "cli", "erase", subject.school, None, outcome))
        audit_chain.seal(session)
        return done

    return services.database.write(work)


def _together(first: Erasure, then: Erasure) -> Erasure:
    """Return what two erasures of a person did; what is kept, the second has seen too."""
    return replace(
        then,
        deleted=dict(Counter(first.deleted) + Counter(then.deleted)),
        changed=dict(Counter(first.changed) + Counter(then.changed)),
    )


def _erasure(subject: Subject, held: list[HeldRows], steps: list[Step]) -> Erasure:
    return Erasure(
        subject,
        {step.table.name: len(step.delete) for step in steps if step.delete},
        {step.table.name: len(step.change) for step in steps if step.change},
        {step.table.name: step.kept for step in steps if step.kept},
        sum(len(rows.rows) for rows in held if rows.place == "extracts"),
    )


def _require_ended(session: Session, services: Services, subject: Subject, on_roll: list[str]) -> None:
    """Refuse to erase a person who is still here, by an active account, a role, or a record."""
    for account in accounts_of(session, subject):
        if account.active:
            raise KnownError("erase-active", school=account.school)
    if on_roll:
        raise KnownError("erase-on-roll", school=on_roll[0])
    if subject.slack_user:
        (user,) = subject.identifiers
        if permissions.caller(session, user, today(services.clock)).grants:
            raise KnownError("erase-has-role")


def correct(
    services: Services, subject: Subject, fields: Mapping[str, Any], case: int | None, *, who: str
) -> Account | None:
    """Set `fields` on the person's account, or the text of their desk `case`; return the account as it was.

    A correction is kept in the table of corrections, and the audit says that there was one. Raises
    `KnownError` where there is not exactly one account, the case is not about the person, or a field can't
    be a person's.
    """
    _require_plausible(fields)
    now = services.clock.now()

    def work(session: Session) -> Account | None:
        account = None
        if case is not None:
            _correct_case(session, subject, case, str(fields[CASE_TEXT]), who, now)
        else:
            account = _correct_account(session, subject, fields, who, now)
        entry = AuditRecord(now, who, "cli", "correct", subject.school, subject.identifiers[0], audit.OK)
        audit.record(session, entry)
        audit_chain.seal(session)
        return account

    account = services.database.write(work)
    services.database.scrub()
    return account


def _require_plausible(fields: Mapping[str, Any]) -> None:
    born = fields.get(DATE_OF_BIRTH)
    if born is not None and not EARLIEST <= born <= uk_date(system_time()):
        raise KnownError("correct-birth", day=born, earliest=EARLIEST)
    if any(len(fields.get(name, "")) > _LONGEST_NAME for name in ("surname", "forename")):
        raise KnownError("correct-name", longest=_LONGEST_NAME)


def _correct_account(
    session: Session, subject: Subject, fields: Mapping[str, Any], who: str, now: Any
) -> Account:
    found = accounts_of(session, subject)
    if len(found) != 1:
        raise KnownError("correct-no-account", count=len(found))
    row = session.get_one(AccountRow, found[0].id, with_for_update=True)
    for name, value in fields.items():
        before = {name: stored(getattr(row, name))}
        setattr(row, name, value)
        after = {name: stored(value)}
        session.add(CorrectionRow(account=row.id, field=name, before=before, after=after, by=who, at=now))
    session.flush()
    return found[0]


def _correct_case(session: Session, subject: Subject, case: int, text: str, who: str, now: Any) -> None:
    cases, enquiries = _table("cases"), _table("case_askings")
    about = session.scalars(select(cases.c.identifier).where(cases.c.number == case)).first()
    if about not in subject.identifiers:
        raise KnownError("correct-no-case", case=case)
    there = select(enquiries.c.text).where(enquiries.c.case == case)
    before = {"length": sum(len(found) for found in session.scalars(there))}
    session.execute(update(enquiries).where(enquiries.c.case == case).values(text=text))
    after = {"length": len(text)}
    session.add(CorrectionRow(case=case, field=CASE_TEXT, before=before, after=after, by=who, at=now))


def _table(name: str) -> Table:
    return METADATA.tables[name]

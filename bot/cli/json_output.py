"""The JSON that the command line prints (contract, section 5)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from bot.desk.case import DeskCase
from diagnostics.missing import CauseGroup, Missing
from diagnostics.readiness import Readiness
from diagnostics.still_active import StillActive
from diagnostics.verdict import Diagnosis, Next
from knowledge.keydates import events
from knowledge.loading import Knowledge
from knowledge.models import Edition, Entry, KeyDates
from knowledge.search import Found
from knowledge.texts import UK, Catalogue, Language, Text
from provisioning.manual.housekeeping import Decision, ends_on, name
from provisioning.manual.reviews import Reviewed
from provisioning.records import Account, Change, Note, Plan, School
from provisioning.store.decisions import Relaxation
from provisioning.store.runs import Run


def found(results: Found, language: Language) -> dict[str, Any]:
    """What a question in plain words may mean, best first."""
    matches = [
        {"id": match.id, "question": match.question.in_(language), "score": match.score}
        for match in results.matches
    ]
    return {"matches": matches} if results.sure else {"matches": matches, "ask_back": True}


def moment(value: datetime | date | None) -> str | None:
    """A moment in UK time, or a day, as ISO 8601."""
    if isinstance(value, datetime):
        return value.astimezone(UK).isoformat(timespec="seconds")
    return value.isoformat() if value else None


def school(one: School) -> dict[str, Any]:
    """A school."""
    return {
        "number": one.number,
        "name": one.name.en,
        "name_cy": one.name.cy,
        "local_authority": one.local_authority,
        "phase": one.phase,
        "final_year": one.final_year,
        "provisioning_managed_by": one.managed_by,
        "provisioning_contact": one.contact,
        "source": one.source,
        "closed_on": moment(one.closed_on),
        "successor": one.successor,
    }


def run(one: Run, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """A run."""
    return {
        "id": one.id,
        "school": one.school,
        "status": one.status.value,
        "started_at": moment(one.started_at),
        "finished_at": moment(one.finished_at),
        "counts": dict(one.counts),
        "held_by": list(one.held_by),
        "error": catalogue.say(one.error, language) if one.error else None,
    }


def notes(found: Iterable[Note]) -> list[dict[str, Any]]:
    """What a run noticed and left alone: people without a row, names that differ."""
    return [{"note": one.kind.value, "kind": one.person.value, "identifier": one.identifier} for one in found]


def notes_said(found: Iterable[Note]) -> list[Text]:
    """The same in a sentence for each kind of note, with the first identifiers."""
    by_kind: dict[str, list[str]] = {}
    for one in found:
        by_kind.setdefault(one.kind.value, []).append(one.identifier)
    return [
        Text(f"note.{kind}", {"count": len(people), "first": ", ".join(people[:_FIRST_NOTED])})
        for kind, people in by_kind.items()
    ]


_FIRST_NOTED = 10


def changes(plan: Plan) -> list[dict[str, Any]]:
    """What a dry run would change, in the order in which it would."""
    return [_change(change) for change in plan.changes]


def _change(change: Change) -> dict[str, Any]:
    fields = [name for name in ("year_group", "class_name", "status", "school") if name in change.after]
    return {
        "change": change.kind.value,
        "kind": change.record.kind.value,
        "identifier": change.record.identifier,
        "before": {name: getattr(change.account, name) for name in fields} if change.account else None,
        "after": {name: change.after[name] for name in fields},
    }


def account(one: Account) -> dict[str, Any]:
    """An account, without the person's name."""
    return {
        "username": one.username,
        "kind": one.kind.value,
        "school": one.school,
        "upn": one.upn,
        "staff_code": one.staff_code,
        "year_group": one.year_group,
        "class": one.class_name,
        "status": one.status.value,
        "released_from": one.released_from,
        "released_at": moment(one.released_at),
    }


def reviewed(entry: Reviewed) -> dict[str, Any]:
    """An account made by hand, with its holder's name, what is due and what was decided.

    `ends_on` is when it ends if nothing is decided, also where it has no date of its own.
    """
    one = entry.one
    return {
        **account(one.account),
        "name": name(one.account),
        "expires_on": moment(one.account.expires_on),
        "ends_on": moment(ends_on(one)),
        "last_signed_in": moment(one.account.last_signed_in),
        "due": bool(entry.why),
        "why": [why.value for why in entry.why],
        "decision": _decision(one.decision) if one.decision else None,
    }


def _decision(one: Decision) -> dict[str, Any]:
    return {"choice": one.deed.value, "until": moment(one.until), "by": one.by, "at": moment(one.at)}


def diagnosis(one: Diagnosis, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """A diagnosis, every step with its evidence."""
    return {
        "entry": one.entry,
        "school": one.school.number,
        "identifier": one.identifier,
        "cause": one.cause,
        "causes": list(one.causes),
        "steps": [
            {
                "step": verdict.step,
                "outcome": verdict.outcome.value,
                "detail": catalogue.say(verdict.detail, language),
                "as_of": moment(verdict.as_of),
            }
            for verdict in one.steps
        ],
        "next": next_move(one.next, catalogue, language),
    }


def next_move(one: Next, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """Whose move it is."""
    return {
        "who": one.who,
        "contact": one.contact.in_(language),
        "action": catalogue.say(one.action, language),
    }


def missing(one: Missing, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """Who is missing, by cause; `unplaced` only where some can't be told to be of a year group or class."""

    def groups(of: Sequence[CauseGroup]) -> list[dict[str, Any]]:
        return [
            {
                "cause": group.cause,
                "count": len(group.identifiers),
                "identifiers": list(group.identifiers),
                "next": next_move(group.next, catalogue, language),
            }
            for group in of
        ]

    unplaced = {"unplaced": groups(one.unplaced)} if one.unplaced else {}
    return {"school": one.school.number, "groups": groups(one.groups), **unplaced}


def still_active(one: StillActive, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """Accounts that should have ended, by cause: the shape of `missing`."""
    groups = [
        {
            "cause": group.cause,
            "count": len(group.identifiers),
            "identifiers": list(group.identifiers),
            "next": next_move(group.next, catalogue, language),
        }
        for group in one.groups
    ]
    return {"school": one.school.number, "groups": groups}


def entry(one: Entry, edition: Edition, language: Language) -> dict[str, Any]:
    """A part of the guide as the edition in force has it."""
    return {
        "id": one.id,
        "question": edition.question.in_(language),
        "steps": [step.in_(language) for step in edition.steps],
        "source": edition.source.in_(language),
        "in_force_from": edition.in_force_from.isoformat(),
    }


def entries(
    known: Knowledge, today: date, language: Language, only: str | None = None
) -> list[dict[str, Any]]:
    """All parts of the guide, or one of them."""
    return [
        entry(one, one.in_force(today), language)
        for one in known.entries.values()
        if only is None or one.id == only
    ]


def case(one: DeskCase) -> dict[str, Any]:
    """A case of the service desk, without what was written."""
    return {
        "number": one.number,
        "opened_at": moment(one.opened_at),
        "opened_by": one.opened_by,
        "school": one.school,
        "identifier": one.identifier,
        "entry": one.entry,
        "cause": one.cause,
        "next": one.who,
        "state": one.state.value,
        "taken_by": one.taken_by,
        "waiting_for": one.waiting_for.value if one.waiting_for else None,
        "waiting_until": moment(one.waiting_until),
        "reason": one.reason.value if one.reason else None,
        "resolved_at": moment(one.resolved_at),
    }


def relaxation(one: Relaxation) -> dict[str, Any]:
    """A relaxed safeguard."""
    return {
        "school": one.school,
        "safeguard": one.safeguard,
        "until": one.until.isoformat(),
        "up_to": one.up_to,
        "used": one.used,
        "why": one.why,
        "by": one.by,
    }


def key_dates(
    dates: KeyDates,
    own: frozenset[str],
    authority: str | None,
    day: date,
    catalogue: Catalogue,
    language: Language,
) -> dict[str, Any]:
    """A rollover's key dates: what each asks of whom, and whether it is the local authority's own."""
    return {
        "year": dates.year,
        "local_authority": authority,
        "source": dates.source.in_(language),
        "dates": [
            {
                "date": event.id,
                "day": event.day.isoformat(),
                "until": moment(event.until),
                "who": event.who,
                "what": catalogue.say(f"date.{event.id}.what", language, **event.values),
                "past": event.is_past(day),
                "own": bool(event.names & own),
            }
            for event in events(dates)
        ],
    }


def rollover(
    found: Sequence[Readiness], year: int, now: datetime, catalogue: Catalogue, language: Language
) -> dict[str, Any]:
    """Schools by their stages."""
    return {
        "year": year,
        "as_of": moment(now),
        "schools": [
            {
                "school": one.school.number,
                "ready": one.ready,
                "stages": [
                    {
                        "stage": stage.step,
                        "outcome": stage.outcome.value,
                        "detail": catalogue.say(stage.detail, language),
                    }
                    for stage in one.stages
                ],
            }
            for one in found
        ],
    }

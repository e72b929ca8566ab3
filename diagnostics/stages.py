"""The stages of a school's rollover, each with its evidence: pure functions of a `Rollover`.

They are the guide's flows in the order in which they happen; a stage that is not due yet is not reached
rather than failed, so that it is not chased early. `knowledge/stages.toml` says who acts at an open stage.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce

from diagnostics.case import HINDRANCES, Failure, SchoolRecords
from diagnostics.rollover import Newcomer, Rollover, finished, ran_in_week
from diagnostics.verdict import Outcome, Step, Verdict, nothing_missing
from knowledge.keydates import end_of_academic_year
from knowledge.texts import Bilingual, Text
from provisioning.clock import uk_date
from provisioning.manual.endings import ListHeldError
from provisioning.planning.safeguards import final_years
from provisioning.records.people import Kind, Learner
from provisioning.records.rejections import Reason
from provisioning.rules import (
    NOBODY_HERE,
    is_leaver,
    is_on_roll,
    mis_rolled_over,
    year_group_by_age,
    year_number,
)


def extract_current(found: Rollover) -> Verdict:
    """Contract, section 4, `extract-stale`: every other stage is judged by the extract, so it comes first."""
    step, extract = Step("extract-current"), found.own.extract
    if extract is None:
        return step.unknown("unreadable")
    if found.own.stale:
        return step.fails("stale", extract.as_of, read=extract.as_of)
    return step.holds("current", extract.as_of, read=extract.as_of)


def mis_end_of_year(found: Rollover) -> Verdict:
    """Guide 2020, page 1, steps 1: MIS end-of-year procedures, and leaving dates for the final year.

    Year groups are held against ages; a learner too old for the school without a leaving date is a
    final-year leaver who was forgotten.
    """
    step, extract = Step("mis-end-of-year"), found.own.extract
    said = {"deadline": found.dates.end_of_year_deadline}
    if extract is None:
        return step.unknown("unreadable", None, **said)
    rolled_over = mis_rolled_over(extract.learners, found.dates.year, found.today, extract.lead)
    forgotten = _forgotten_leavers(extract.learners, found)
    if rolled_over and not forgotten:
        return step.holds("done", extract.as_of, **said)
    if found.today <= found.dates.end_of_year_deadline:
        return _not_due(step, "not-due", **said)
    if rolled_over is False:
        return step.fails("behind", extract.as_of, **said)
    if forgotten:
        return step.fails("leavers-without-date", extract.as_of, count=forgotten, **said)
    return step.unknown("no-births", extract.as_of, **said)


def _forgotten_leavers(learners: Sequence[Learner], found: Rollover) -> int:
    """Return how many of `learners` are too old for the school, on roll, and without a leaving date."""
    oldest = max(year_number(year) for year in final_years(found.own.school))
    return sum(
        1
        for learner in learners
        if learner.date_of_birth
        and year_group_by_age(learner.date_of_birth, found.dates.year) > oldest
        and not is_leaver(learner, found.dates.first_day_of_term)
        and is_on_roll(learner, found.today, found.own.lead)
    )


def client_ran(found: Rollover) -> Verdict:
    """Guide 2020, page 1: the client "must have run successfully during WC 24th August 2020".

    Later publications name a day as well, on which it must run whatever it did before.
    """
    step, ran, since = Step("client-ran"), finished(found.own), found.dates.must_have_run_since(found.today)
    said = {"start": since, "end": found.dates.week_end}
    if ran is not None and uk_date(ran) >= since:
        return step.holds("ran", ran, ran=ran, **said)
    if found.today < found.dates.week_start:
        return _not_due(step, "not-due", **said)
    if found.own.latest_failed and found.own.latest is not None:
        failed_at = found.own.latest.finished_at
        return step.fails(failed_run(found), failed_at, ran=failed_at, **said)
    return step.fails(_unless_hindered("not-ran", found), ran, ran=ran, **said)


def failed_run(found: Rollover) -> str:
    """Return the detail of `client-ran` for what a failed latest run leaves to do; blank where none did."""
    if not found.own.latest_failed:
        return ""
    mended = found.own.failure is Failure.MENDED
    return _unless_hindered("failed-mended" if mended else "failed", found)


def ran_after_previous_schools(found: Rollover) -> Verdict:
    """Guide 2020, page 1, Learners (school to school), step 4: "and after the primary school has run".

    A later run of a previous school counts only while learners from there are missing: of two schools that
    swap learners, one always runs before the other.
    """
    step, ran = Step("ran-after-previous-schools"), finished(found.own)
    if not found.previous:
        return step.not_applicable("no-intake")
    if not found.previous_open:
        return step.not_applicable("closed", schools=_names([there.school.name for there in found.previous]))
    if found.today < found.dates.week_start:
        return _not_due(step, "not-due", start=found.dates.week_start)
    late = [records.school.name for records in found.previous_open if not ran_in_week(records, found.dates)]
    if late:
        return step.fails("previous-not-ran", ran, schools=_names(late), count=len(late))
    absent = [newcomer for newcomer in found.intake if not nothing_missing(newcomer.cause)]
    wanted = {newcomer.previous.number for newcomer in absent if newcomer.previous}
    after = [
        records.school.name
        for records in found.previous_open
        if ran is None or (_ran_later(records, ran) and records.school.number in wanted)
    ]
    if after:
        return step.fails(_unless_hindered("previous-ran-later", found), ran, schools=_names(after), ran=ran)
    return step.holds("after", ran, ran=ran, count=len(found.previous_open))


def intake_matched(found: Rollover) -> Verdict:
    """Guide 2020, page 1, Learners (school to school), step 5: the intake is matched by UPN."""
    step = Step("intake-matched")
    if not found.intake:
        return step.not_applicable("no-intake")
    waiting = Counter(
        newcomer.previous.name for newcomer in found.intake if newcomer.previous and newcomer.is_waiting
    )
    total, there = len(found.intake), sum(nothing_missing(newcomer.cause) for newcomer in found.intake)
    if there == total:
        return step.holds("all", None, total=total)
    said = {"total": total, "there": there, "missing": total - there, "schools": _names(waiting)}
    if found.today < found.dates.week_start:
        return _not_due(step, "not-due", **said)
    others = _waits_here([newcomer.cause for newcomer in found.intake if not _waits_there(newcomer)])
    return step.fails("missing", None, **said, **({"others": others} if others else {}))


def _waits_there(newcomer: Newcomer) -> bool:
    """Return whether a learner of the intake waits for a previous school that is known."""
    return newcomer.is_waiting and newcomer.previous is not None


def _waits_here(causes: Iterable[str]) -> Text | None:
    """Return what those missing for `causes` wait for, each with its number, in a text; None for none."""
    count = Counter(_WAITS_FOR.get(cause, "record") for cause in causes if not nothing_missing(cause))
    parts = [Text(f"waits-for.{what}", {"count": count[what]}) for what in sorted(count)]
    if not parts:
        return None
    return reduce(lambda before, last: Text("waits-for.and", {"before": before, "last": last}), parts)


def staff_complete(found: Rollover) -> Verdict:
    """Guide 2020, page 1, Staff, step 3: a start date, and a code "which is unique within the school"."""
    step, extract = Step("staff-complete"), found.own.extract
    if extract is None:
        return step.unknown("unreadable")
    staff = (row for row in extract.rejections if row.kind is Kind.STAFF and row.reason not in NOBODY_HERE)
    broken = [*(row for row in staff if not is_leaver(row, found.today)), *found.damaged_staff]
    if not broken:
        return step.holds("complete", extract.as_of, count=len(extract.staff))
    shared = sum(row.reason is Reason.STAFF_CODE_DUPLICATE for row in broken)
    return step.fails("incomplete", extract.as_of, count=len(broken), shared=shared)


def classes_current(found: Rollover) -> Verdict:
    """Guide 2020, page 1, Learners (within a school), step 3: "New Year Group / Class details"."""
    step = Step("classes-current")
    if found.own.extract is None:
        return step.unknown("unreadable")
    if not found.has_accounts:
        return step.not_applicable("no-accounts")
    if found.old_classes and found.dates.class_updates_are_off(found.today):
        off = found.dates.class_updates_off
        return _not_due(step, "updates-off", count=found.old_classes, off=off)
    if found.old_classes:
        return step.fails(_unless_hindered("differ", found), found.own.read_at, count=found.old_classes)
    return step.holds("same", found.own.read_at)


def leavers_ended(found: Rollover) -> Verdict:
    """Guide 2020, page 1, Learners (school to school), step 2: leavers' accounts are released.

    No account of a leaver, or of a person without a row in the MIS, is to live on.
    """
    step = Step("leavers-ended")
    if found.is_closed:
        left = found.lingering
        return step.fails("left-behind", None, count=left) if left else step.holds("none")
    if found.own.extract is None:
        return step.unknown("unreadable")
    if not found.has_accounts:
        return step.not_applicable("no-accounts")
    if found.lingering:
        return step.fails("lingering", found.own.read_at, count=found.lingering)
    return step.holds("none", found.own.read_at)


def non_mis_reviewed(found: Rollover) -> Verdict:
    """Guide 2020, page 2: "At the end of every academic year" all non-MIS accounts are reviewed."""
    return _reviewed("non-mis-reviewed", Kind.NON_MIS, found)


def governors_reviewed(found: Rollover) -> Verdict:
    """Guide 2020, page 2, step 4: governor accounts, with the headteacher or the clerk to the governors."""
    return _reviewed("governors-reviewed", Kind.GOVERNOR, found)


def _reviewed(id_: str, kind: Kind, found: Rollover) -> Verdict:
    verdict = _review_stage(id_, kind, found)
    if found.held_list is None:
        return verdict
    said = {"detail": verdict.detail, "held": ListHeldError(found.held_list).said}
    return replace(verdict, detail=Text("stage.held-list.detail", said))


def _review_stage(id_: str, kind: Kind, found: Rollover) -> Verdict:
    step, (reviewed, total) = Step(id_), found.reviewed.get(kind, (0, 0))
    if not total:
        return step.not_applicable("none")
    if reviewed >= total:
        return step.holds("all", None, total=total)
    due = end_of_academic_year(found.dates.year)
    said = {"reviewed": reviewed, "total": total, "due": due}
    where = "-in-portal" if found.in_portal else ""
    if found.today <= due:
        return _not_due(step, f"not-due{where}", **said)
    return step.fails(f"left{where}", None, **said)


_WAITS_FOR: Mapping[str, str] = {
    "never-run": "run",
    "run-failed": "run",
    "not-run-since-record": "run",
    "not-run-since-release": "run",
    "client-skipped": "run",
    "export-unseen": "export",
    "identity-doubt": "decision",
    "run-held": "decision",
    "refused": "decision",
    "previous-school-unknown": "previous-school",
    "mis-not-rolled-over": "end-of-year",
}
"""What a learner of the intake waits for at their own school, by cause; for all others it is their record."""
STAGES: Mapping[str, Callable[[Rollover], Verdict]] = {
    "extract-current": extract_current,
    "mis-end-of-year": mis_end_of_year,
    "client-ran": client_ran,
    "ran-after-previous-schools": ran_after_previous_schools,
    "intake-matched": intake_matched,
    "staff-complete": staff_complete,
    "classes-current": classes_current,
    "leavers-ended": leavers_ended,
    "non-mis-reviewed": non_mis_reviewed,
    "governors-reviewed": governors_reviewed,
}


_ENDED_BY_A_RUN = frozenset({"client-ran", "ran-after-previous-schools", "classes-current"})
"""The stages that a run of the school's own client puts right, where its provisioning manager acts."""
_OF_OPEN_SCHOOLS = frozenset(STAGES) - {"leavers-ended", "non-mis-reviewed", "governors-reviewed"}
"""The stages that do not apply to a closed school: nothing is exported there, and nothing runs."""


def run_helps(said: Text) -> bool:
    """Return whether only a run is wanting, which can succeed, by the detail `said` of an open stage."""
    _, _, rest = said.key.partition(".")
    stage, _, detail = rest.partition(".")
    return stage in _ENDED_BY_A_RUN and detail.rpartition("-")[2] not in HINDRANCES


def _unless_hindered(detail: str, found: Rollover) -> str:
    """Return the `detail` of a stage for which a run is wanting, with what keeps that from succeeding."""
    return "-".join(filter(None, (detail, found.own.hindrance)))


def stages_of(found: Rollover) -> tuple[Verdict, ...]:
    """Return the verdict of every stage of a school, in order."""
    return tuple(
        _closed(name, found) if found.is_closed and name in _OF_OPEN_SCHOOLS else stage(found)
        for name, stage in STAGES.items()
    )


def _closed(name: str, found: Rollover) -> Verdict:
    school = found.own.school
    said = Text("closed.stage", {"school": school.name, "on": school.closed_on})
    return Verdict(name, Outcome.NOT_APPLICABLE, said)


def _not_due(step: Step, detail: str, **values: object) -> Verdict:
    """Return the verdict of `step` before its day: not reached, with `detail` and its `values` as text."""
    waiting = step.not_applicable(detail, **values)
    return Verdict(step.id, Outcome.NOT_REACHED, waiting.detail)


def _ran_later(records: SchoolRecords, moment: datetime) -> bool:
    ran = finished(records)
    return ran is not None and ran > moment


def _names(names: Mapping[Bilingual, int] | Sequence[Bilingual]) -> Bilingual:
    """Return school names in one text, with how many learners wait for each where that is counted."""
    counted = [(name, f" ({names[name]})" if isinstance(names, Mapping) else "") for name in names]
    return Bilingual(
        ", ".join(name.en + count for name, count in counted),
        ", ".join(name.cy + count for name, count in counted),
    )

"""Steps about the school's own MIS: the identifier, the record, and whether it is time for an account."""

from diagnostics.case import Case
from diagnostics.verdict import Step, Verdict
from knowledge.texts import text
from provisioning import upn
from provisioning.rules import has_joined, is_leaver


def identifier(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 1, step 1.

    "... including their UPN". A UPN in the school's records is accepted as it is; any other must have the
    right shape and check letter, or similar ones of the school are suggested.
    """
    step = Step("identifier")
    if case.known_here:
        return step.holds("known")
    if not case.misspelt:
        return step.holds("temporary" if upn.is_temporary(case.identifier) else "valid")
    return step.fails(
        f"fault-{upn.fault(case.identifier)}",
        cause="identifier-invalid",
        identifier=case.identifier,
        length=len(case.identifier),
        near=", ".join(case.near),
    )


def mis_record(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 1, step 1.

    "Ensure the new learner has a pupil record in your school's MIS".
    """
    return _record(case, Step("mis-record"))


def staff_record(case: Case) -> Verdict:
    """Guide 2020, FAQs, Staff Users, question 1, step 1.

    "the correct start date and a unique staff code has been entered into their staff record".
    """
    return _record(case, Step("staff-record"))


def _record(case: Case, step: Step) -> Verdict:
    if case.misspelt:
        return step.not_reached()
    if case.own.problem is not None:
        return step.fails("unreadable", cause="extract-unreadable", problem=case.own.problem)
    read_at = case.own.read_at
    if case.record is not None and case.record.unread:
        cell, *more = (text(f"column.{column}", value=value) for column, value in case.record.unread)
        also = more[0] if more else None
        return step.holds("complete-but", read_at, line=case.record.line, cell=cell, also=also)
    if case.record is not None:
        return step.holds("complete", read_at, line=case.record.line)
    if case.rejections:
        row = case.rejections[0]
        if case.of_another is not None:
            said = {"on": case.of_another.at, "change": case.of_another.change}
            return step.fails(
                "another-person", read_at, cause="row-rejected", file=row.file, line=row.line, **said
            )
        reason = text(f"reason.{row.reason}", value=row.value)
        return step.fails(
            "rejected", read_at, cause="row-rejected", file=row.file, line=row.line, reason=reason
        )
    said = {"identifier": case.identifier, "school": case.own.school.name}
    near = ", ".join(case.near)
    if case.own.stale:
        return step.fails("stale", read_at, cause="extract-stale", read=read_at, near=near, **said)
    if case.vanished and case.replaced_by is not None:
        return step.fails("replaced", read_at, cause="not-in-mis", other=case.replaced_by, **said)
    if case.vanished:
        return step.fails("vanished", read_at, cause="not-in-mis", **said)
    return step.fails("none", read_at, cause="not-in-mis", near=near, **said)


def on_roll(case: Case) -> Verdict:
    """Contract, section 1, lead days; guide 2020, page 1, Learners (school to school), step 3.

    "the new intake group (i.e. Year 7) is admitted onto the school roll".
    """
    step = Step("on-roll")
    record = case.record
    if record is None:
        return step.not_reached()
    if case.is_closed:
        school = case.own.school
        return step.fails(
            "closed", school.closed_on, cause="already-left", school=school.name, on=school.closed_on
        )
    if is_leaver(record, case.today):
        return step.fails("left", record.leaving_date, cause="already-left", leaving=record.leaving_date)
    if not has_joined(record, case.today, case.own.lead):
        ready = record.joins_on - case.own.lead
        return step.fails(
            "not-yet", record.joins_on, cause="not-yet-on-roll", joins=record.joins_on, ready=ready
        )
    return step.holds("on-roll", record.joins_on, joins=record.joins_on)

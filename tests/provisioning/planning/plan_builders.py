"""What a plan says, in words that a case can list: its changes, its notes, the details after a change."""

from datetime import date

from provisioning.records.plans import Plan
from tests.builders import GLAN, upn

LEFT = date(2026, 7, 17)


def kinds(plan: Plan) -> list[str]:
    return [change.kind.value for change in plan.changes]


def noted(plan: Plan) -> list[tuple[str, str]]:
    return [(note.kind.value, note.identifier) for note in plan.notes]


def after(plan: Plan) -> dict[str, str | None]:
    (change,) = plan.changes
    return dict(change.after)


NEW_DETAILS = {
    "upn": upn(1),
    "year_group": "7",
    "class_name": "7A",
    "status": "active",
    "school": GLAN.number,
    "released_from": None,
}

"""The grounds of the holds of an extract, at a school with an account for each record of the one before."""

from collections.abc import Sequence
from datetime import date

from provisioning.planning.grounds import Grounds, grounds
from provisioning.planning.safeguards import Situation, safeguards
from provisioning.planning.slips import SlipKind
from provisioning.records.extracts import Covered, Extract
from provisioning.records.people import Learner, Record
from provisioning.records.schools import School
from tests.builders import GLAN, TODAY, account_of, learner, planned
from tests.provisioning.planning.safeguard_builders import LONG_AGO

SURNAMES = ("Bowen", "Cadwgan", "Davies", "Ellis", "Francis", "Griffiths", "Hughes", "Ifans", "Jenkins")
FORENAMES = ("Aled", "Beca", "Cerys", "Dewi", "Elin", "Ffion", "Gethin", "Heledd", "Ioan", "Lowri", "Mared")
NAMES = tuple((SURNAMES[n % len(SURNAMES)], FORENAMES[n % len(FORENAMES)]) for n in range(99))
"""Names of which no two are alike; neighbours differ in both."""


def year_of(group: str, count: int, start: int, classes: str = "AB") -> list[Learner]:
    """Learners of a year group, each in a name of their own, in turn in one of its classes."""
    return [
        learner(
            number,
            surname=NAMES[number % len(NAMES)][0],
            forename=NAMES[number % len(NAMES)][1],
            year_group=group,
            class_name=f"{group}{classes[number % len(classes)]}",
            admission_date=LONG_AGO,
        )
        for number in range(start, start + count)
    ]


def grounds_of(
    new: Extract, before: Sequence[Record], school: School = GLAN, today: date = TODAY
) -> list[Grounds]:
    """The grounds of each hold of the extract `new` at a school that had `before`."""
    accounts = [account_of(record, school) for record in before]
    plan = planned(new, *accounts, today=today)
    applied = {
        person.key: Covered(
            person.kind,
            person.identifier,
            person.joins_on,
            person.leaving_date,
            getattr(person, "year_group", None),
            getattr(person, "class_name", None),
        )
        for person in before
    }
    situation = Situation(school, new, accounts, applied)
    return [grounds(hold, plan, situation) for hold in safeguards(plan, situation)]


def slips(
    new: Extract, before: Sequence[Record], school: School = GLAN, today: date = TODAY
) -> list[tuple[str, SlipKind | None, str | None]]:
    """For each hold: its safeguard, the likely slip, and the only year group that this is about."""
    return [
        (
            found.hold.safeguard,
            found.slip.kind if found.slip else None,
            found.slip.year_group if found.slip else None,
        )
        for found in grounds_of(new, before, school, today)
    ]

"""What is told of a cause: the sentence that states it and who acts next, in the order of mending."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple, TypeVar

from diagnostics.case import SchoolRecords
from diagnostics.verdict import Next, Outlook
from knowledge.loading import Knowledge, NextStep
from knowledge.models import Who
from knowledge.texts import Bilingual, Text
from provisioning.records.schools import School

P = TypeVar("P")
"""A person of whom a cause has been found."""


_MANAGERS = frozenset({"provisioning-manager", "previous-provisioning-manager"})
"""The parties who run a school's client."""


class About(NamedTuple):
    """The subject of a cause: the school, an identifier or a text for several, and the previous schools.

    `of_previous` says that an export that shows too little is the previous school's, `outlook` what is
    to be known of its run before it is started.
    """

    school: School
    whom: str | Text
    previous: tuple[School, ...]
    of_previous: bool = False
    outlook: Outlook | None = None

    def values(self) -> Mapping[str, object]:
        """Return the values for the texts of causes."""
        values: dict[str, object] = {"school": self.school.name, "identifier": self.whom}
        if self.previous:
            values["previous"] = Bilingual(
                ", ".join(school.name.en for school in self.previous),
                ", ".join(school.name.cy for school in self.previous),
            )
        if self.outlook is not None and self.outlook.until is not None:
            values["until"] = self.outlook.until
        return values


def people(count: int) -> Text:
    """Return how texts call a group of `count` people."""
    return Text("missing.people", {"count": count})


def whom(identifiers: Sequence[str]) -> str | Text:
    """Return how texts call the people with `identifiers`: a single person by it, several by their number."""
    return identifiers[0] if len(identifiers) == 1 else people(len(identifiers))


def in_mending_order(
    found: Iterable[P], cause_of: Callable[[P], str], knowledge: Knowledge
) -> Mapping[str, Sequence[P]]:
    """Return the people `found` by their cause, the cause that is mended first as the first."""
    by_cause: defaultdict[str, list[P]] = defaultdict(list)
    for person in found:
        by_cause[cause_of(person)].append(person)
    return {cause: by_cause[cause] for cause in sorted(by_cause, key=knowledge.mending_order)}


def headline(cause: str, about: About) -> Text:
    """Return the sentence that states `cause`."""
    name = "previous-export" if _is_previous_export(cause, about) else f"cause.{cause}"
    return Text(f"{name}.headline", about.values())


def step_on_cause(cause: str, entry: str, about: About, today: date, knowledge: Knowledge) -> NextStep:
    """Return the guide's step on `cause`, which the FAQ's `entry` has found."""
    if _is_previous_export(cause, about):
        return NextStep("previous-provisioning-manager", "previous-export.action")
    if about.outlook is not None:
        return NextStep("previous-provisioning-manager", f"previous-{about.outlook.name}.action")
    return knowledge.next_step(cause, entry, today)


def _is_previous_export(cause: str, about: About) -> bool:
    return cause == "export-unseen" and about.of_previous


def move_on_cause(
    cause: str, entry: str, about: About, own: SchoolRecords, today: date, knowledge: Knowledge
) -> Next:
    """Return who acts next on `cause`, which the FAQ's `entry` has found at the school of the records `own`.

    While that school is closed, its successor acts on every cause.
    """
    closed = closed_move(own, today, knowledge)
    step = step_on_cause(cause, entry, about, today, knowledge)
    if cause == "run-failed" and own.failure is not None:
        step = NextStep(step.who, f"run-{own.failure}.action")
    return closed or next_move(about, step, knowledge)


def next_move(about: About, step: NextStep, knowledge: Knowledge) -> Next:
    """Return who acts next, how to reach them, and what they do, by the guide's `step`.

    The contact of who runs a client is in the school's record; all other contacts are the guide's.
    """
    acting = {
        "provisioning-manager": (about.school,),
        "previous-provisioning-manager": about.previous,
        "previous-school": about.previous,
    }
    schools = acting.get(step.who, ())
    contact = contact_at(schools, step.who, knowledge)
    action = Text(step.action, about.values())
    return Next(step.who, contact, action, tuple(school.number for school in schools))


def contact_at(schools: Iterable[School], who: Who, knowledge: Knowledge) -> Bilingual:
    """Return how to reach `who` acts at `schools`: by their own contacts, or by the guide's without any.

    A school's own contact is that of who runs its client.
    """
    managed = schools if who in _MANAGERS else ()
    known = dict.fromkeys(school.contact for school in managed if school.contact)
    general = knowledge.contacts[who].contact
    return Bilingual(*[", ".join(known)] * 2) if known else Bilingual(general.en, general.cy)


def closed_move(own: SchoolRecords, today: date, knowledge: Knowledge) -> Next | None:
    """Return who acts for a school that is closed `today`: its successor's office, else the local authority.

    None where the school is open.
    """
    if not own.school.is_closed(today):
        return None
    said = closed_text("closed.action", own)
    who: Who = "mis-administrator" if own.successor else "local-authority"
    move = next_move(About(own.successor or own.school, "", ()), NextStep(who, said.key), knowledge)
    return replace(move, action=said)


def closed_text(name: str, own: SchoolRecords, **values: object) -> Text:
    """Return the text `name` of a closed school, or the one that names its successor, where there is one."""
    values = {"school": own.school.name, "on": own.school.closed_on, **values}
    if own.successor is None:
        return Text(name, values)
    known = {"successor": own.successor.name, "number": own.successor.number}
    return Text(f"{name}-successor", {**values, **known})

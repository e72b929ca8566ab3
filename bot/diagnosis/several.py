"""A question about several people at once: the answer about each, at the school whose records know them."""

from collections.abc import Sequence
from dataclasses import dataclass

from diagnostics.known_at import MOST, Known, schools_knowing
from diagnostics.verdict import Diagnosis, nothing_missing
from diagnostics.walk import diagnose
from knowledge.ids import Question
from knowledge.texts import Bilingual, Text
from provisioning.records.schools import School
from provisioning.runs.dependencies import Provisioning


@dataclass(frozen=True)
class AnswerOfOne:
    """The answer about one of several people; without `found`, the `schools` that know the identifier.

    They are None where the records of so many schools were not searched.
    """

    identifier: str
    schools: Known
    found: Diagnosis | None = None

    @property
    def is_fine(self) -> bool:
        """Whether nothing is missing."""
        return self.found is not None and nothing_missing(self.found.cause)


def answer_each(
    provisioning: Provisioning, question: Question, people: Sequence[str], among: Sequence[School]
) -> list[AnswerOfOne]:
    """Answer `question` about each of the `people`, at the school `among` these that knows them."""
    if len(among) == 1:
        known: list[Known] = [tuple(among)] * len(people)
    else:
        known = schools_meant(provisioning, question, people, among)
    return [
        AnswerOfOne(
            identifier,
            schools,
            diagnose(provisioning, question, identifier, schools[0].number)
            if schools and len(schools) == 1
            else None,
        )
        for identifier, schools in zip(people, known, strict=True)
    ]


def schools_meant(
    provisioning: Provisioning, question: Question, people: Sequence[str], among: Sequence[School]
) -> list[Known]:
    """Return for each of the `people` the schools `among` these at which `question` may be meant.

    Where there are too many to search the records of all, the school that holds an account may be the one
    that a learner has left: if nothing is missing there, it is not said to be meant.
    """
    known = schools_knowing(provisioning, question, people, among)
    if len(among) <= MOST:
        return known

    def is_fine(identifier: str, school: School) -> bool:
        return nothing_missing(diagnose(provisioning, question, identifier, school.number).cause)

    return [
        None if schools and len(schools) == 1 and is_fine(identifier, schools[0]) else schools
        for identifier, schools in zip(people, known, strict=True)
    ]


def where_known(identifier: str, known: Known) -> Text:
    """Return that several schools have the identifier in their records, and which; or that none has."""
    names = Bilingual(
        ", ".join(f"{school.name.en} ({school.number})" for school in known or ()),
        ", ".join(f"{school.name.cy} ({school.number})" for school in known or ()),
    )
    kind = "not-searched" if known is None else "at-several" if known else "nowhere"
    return Text(f"error.school-{kind}", {"identifier": identifier, "schools": names})

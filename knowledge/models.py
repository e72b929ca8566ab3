"""The models of the knowledge files; pydantic refuses a file without a required key, and names it."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from knowledge.ids import Question
from knowledge.texts import Language

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Who = Literal[
    "mis-administrator",
    "previous-school",
    "provisioning-manager",
    "previous-provisioning-manager",
    "local-authority",
    "digital-champion",
    "staff-member",
    "service-desk",
    "nobody",
]


class Sheet(BaseModel):
    """Base of all models: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class InBoth(Sheet):
    """A plain text in English and Welsh."""

    en: Words
    cy: Words

    def in_(self, language: Language) -> str:
        """Return the text in a language."""
        return self.cy if language == "cy" else self.en


class GuideStep(Sheet):
    """A numbered sentence of an entry, with its source and the checks that carry it out."""

    cites: Words
    checks: tuple[str, ...] = ()
    en: Words
    cy: Words

    def in_(self, language: Language) -> str:
        """Return the sentence in a language."""
        return self.cy if language == "cy" else self.en


class Remedy(Sheet):
    """Who acts on a cause, and what they do; `action` is a template."""

    who: Who
    action: InBoth


class Edition(Sheet):
    """An entry in a publication, in force from a day until a later edition.

    `remedies`, by cause id, replace the causes' own while this edition is in force: what to do about a cause
    may change between publications.
    """

    source: InBoth
    in_force_from: date
    question: InBoth
    steps: tuple[GuideStep, ...] = Field(min_length=1)
    note: InBoth | None = None
    remedies: dict[str, Remedy] = Field(default_factory=dict)

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of the checks, in the order of the entry's own steps."""
        return tuple(check for step in self.steps for check in step.checks)


class Entry(Sheet):
    """An FAQ entry or another part of the guide, in all its editions.

    `asks` is the question about a person that a diagnosis answers by the entry's checks; `about` then says
    whether that person is a learner or staff.
    """

    id: Words
    kind: Literal["faq", "flow", "housekeeping", "contacts"]
    about: Literal["learner", "staff", "accounts"]
    asks: Question | None = None
    paraphrases: dict[Language, tuple[Words, ...]]
    editions: tuple[Edition, ...] = Field(min_length=1)

    @field_validator("asks")
    @classmethod
    def _asks_about_a_person(cls, asks: Question | None, entry: ValidationInfo) -> Question | None:
        if asks and (entry.data.get("kind") != "faq" or entry.data.get("about") not in ("learner", "staff")):
            raise ValueError("belongs to an entry of the kind faq about learner or staff")
        return asks

    @field_validator("editions")
    @classmethod
    def _editions_in_order(cls, editions: tuple[Edition, ...], entry: ValidationInfo) -> tuple[Edition, ...]:
        days = [edition.in_force_from for edition in editions]
        if days != sorted(set(days)):
            raise ValueError("must stand in the order of in_force_from, each on a day of its own")
        if entry.data.get("kind") == "faq" and not all(edition.checks for edition in editions):
            raise ValueError("must each have a step with checks, the entry being of the kind faq")
        return editions

    def in_force(self, today: date) -> Edition:
        """Return the edition in force on a day; the first one for days before all of them."""
        return next(
            (edition for edition in reversed(self.editions) if edition.in_force_from <= today),
            self.editions[0],
        )


class Cause(Remedy):
    """A cause that an account is missing or wrong: its headline, who acts, and what they do.

    `headline` and `action` are templates; causes are mended in the order of the file.
    """

    id: Words
    headline: InBoth


class Stage(Remedy):
    """A stage of a school's rollover: who acts where it is open, and what they do.

    `remedies`, by the detail of the stage's verdict, replace the stage's own. Actions may name
    `school`, and `previous` where previous schools have yet to act.
    """

    id: Words
    remedies: dict[str, Remedy] = Field(default_factory=dict)


class Contact(Sheet):
    """A party that acts, in the guide's words, and its contact where the school's record has none."""

    who: Who
    name: InBoth
    contact: InBoth


class ServiceDesk(Sheet):
    """The Hwb Service Desk (guide, page 2)."""

    email: Words
    phone: Words


class Synonyms(Sheet):
    """Words and phrases of equal meaning, by language."""

    en: tuple[Words, ...] = Field(min_length=1)
    cy: tuple[Words, ...] = Field(min_length=1)


class Pause(Sheet):
    """Leavers of some year groups keep their accounts until a day although they have left.

    A leaver with a leaving date after `left_after` is not released before `until`.
    """

    year_groups: tuple[Words, ...]
    left_after: date
    until: date


_SATURDAY = 5


def first_weekday_of_september(year: int) -> date:
    """Return the first day of term by the rule: the first weekday from 1 September on."""
    first = date(year, 9, 1)
    return first + timedelta(days=7 - first.weekday() if first.weekday() >= _SATURDAY else 0)


class KeyDates(Sheet):
    """The dates of one rollover, by the calendar year in which it happens.

    `end_of_year_deadline`: MIS end-of-year procedures are complete before it; `week_start` to
    `week_end`, a Monday and a Sunday: the client must run successfully in that week, and on or after
    each day of `must_run_on`. `class_updates_off` to `class_updates_on`: year groups and classes are not
    updated from the MIS. `first_day_of_term` is derived where it was not published.
    """

    year: int
    source: InBoth
    end_of_year_deadline: date
    week_start: date
    week_end: date = Field(default_factory=lambda found: found["week_start"] + timedelta(days=6))
    class_updates_off: date | None = None
    class_updates_on: date | None = None
    must_run_on: tuple[date, ...] = ()
    first_day_of_term: date = Field(default_factory=lambda found: first_weekday_of_september(found["year"]))
    pauses: tuple[Pause, ...] = ()

    @field_validator("week_start")
    @classmethod
    def _a_monday_after_the_deadline(cls, day: date, dates: ValidationInfo) -> date:
        if day.weekday() != 0:
            raise ValueError("must be a Monday")
        if "end_of_year_deadline" in dates.data and day <= dates.data["end_of_year_deadline"]:
            raise ValueError("must be after end_of_year_deadline")
        return day

    @field_validator("week_end")
    @classmethod
    def _the_sunday_of_that_week(cls, day: date, dates: ValidationInfo) -> date:
        if "week_start" in dates.data and day != dates.data["week_start"] + timedelta(days=6):
            raise ValueError("must be the Sunday of the week that week_start begins")
        return day

    @field_validator("class_updates_on")
    @classmethod
    def _on_after_off(cls, day: date | None, dates: ValidationInfo) -> date | None:
        off = dates.data.get("class_updates_off")
        if day is not None and off is not None and day <= off:
            raise ValueError("must be after class_updates_off")
        return day

    @field_validator("must_run_on")
    @classmethod
    def _in_order(cls, days: tuple[date, ...]) -> tuple[date, ...]:
        return tuple(sorted(set(days)))

    def in_week(self, today: date) -> bool:
        """Return whether a day falls in rollover week."""
        return self.week_start <= today <= self.week_end

    def class_updates_are_off(self, today: date) -> bool:
        """Return whether year groups and classes are not updated from the MIS `today`.

        Where no `class_updates_on` is published, the updates are on again as rollover week begins, by when
        the guide requires the new classes.
        """
        if self.class_updates_off is None:
            return False
        return self.class_updates_off <= today < (self.class_updates_on or self.week_start)

    def must_have_run_since(self, today: date) -> date:
        """Return the day since which a school's client must have run, as it is asked `today`.

        That is the first day of rollover week, then each day of `must_run_on` from the next day on.
        """
        return max([self.week_start, *(day for day in self.must_run_on if day < today)])


class LocalDates(Sheet):
    """The dates that a local authority has set in a year; all others are as published or derived.

    `pauses_until` moves the end of the year's pauses; `pauses` replaces them.
    """

    end_of_year_deadline: date | None = None
    week_start: date | None = None
    class_updates_off: date | None = None
    class_updates_on: date | None = None
    must_run_on: tuple[date, ...] | None = None
    first_day_of_term: date | None = None
    pauses_until: date | None = None
    pauses: tuple[Pause, ...] | None = None

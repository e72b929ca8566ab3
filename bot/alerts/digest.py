"""A digest's sections: lines for what is new and the reader's own, counts for the rest. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.alerts.alert import RUN_FAILED, Alert, Fact
from bot.undecided import Undecided
from bot.waits_for import WaitsFor
from diagnostics.tally import Tally
from diagnostics.wording import StageState, open_state, sentence
from knowledge.texts import Text
from provisioning.records.schools import School

STILL = "digest.still"
"""The line about what is the reader's own and was told before."""
_APART = 3
"""Schools up to which each has a section of its own; lines of more are put together by stage."""
_NAMED = 10
"""Schools that such a line names."""


@dataclass(frozen=True)
class Section:
    """A part of a digest; `school` is the number of the school that its button opens, if any.

    `names` are the numbers of the schools that it names; `user` is away, and the reader covers.
    """

    title: Text
    lines: tuple[Text, ...]
    school: str | None = None
    names: tuple[str, ...] = ()
    user: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the section as plain JSON, for a letter, which has the schools of all its sections."""
        lines = [line.to_json() for line in self.lines]
        told_for = {"user": self.user} if self.user else {}
        return {"title": self.title.to_json(), "lines": lines, "school": self.school, **told_for}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Section":
        """Return the section that `to_json` wrote."""
        lines = tuple(Text.from_json(line) for line in stored["lines"])
        return cls(Text.from_json(stored["title"]), lines, stored["school"], user=stored.get("user"))


@dataclass(frozen=True)
class Matter:
    """An alert, a coming fact, what waits for a decision, or for a user who is away, at a school.

    `starts`: the reader may start the run that puts it right. `away` is the user whose move it is, where that
    is not the reader: the reader covers.
    """

    school: School
    of: Alert | Fact | Undecided | WaitsFor
    starts: bool = False
    away: str | None = None

    @property
    def kind(self) -> str:
        """The kind of the alert or fact, or of what is to be decided; what waits for a user is its own."""
        match self.of:
            case Undecided():
                return self.of.kind
            case WaitsFor():
                return self.of.key
            case _:
                return self.of.key.kind

    @property
    def due(self) -> date | None:
        """The day by which it is to be done; what waits has none."""
        return None if isinstance(self.of, Undecided | WaitsFor) else self.of.due

    @property
    def told_as(self) -> frozenset[str]:
        """The keys by which it is told once: what was to come and is open now is told again.

        Accounts in doubt have one each, so that they are told again only where another is in doubt.
        """
        match self.of:
            case Undecided():
                return frozenset(f"{self.of.kind}:{self.of.school}:{id_}" for id_ in self.of.ids)
            case Fact():
                return frozenset({f"coming:{self.of.key}"})
            case _:
                return frozenset({str(self.of.key)})


@dataclass(frozen=True)
class Counts:
    """The numbers of what a digest counts: the reader's own of before, others' by party, what is set aside.

    `unknown` and `mending` are stages that are not known, and that may mend themselves.
    """

    still: int
    others: Counter[str]
    taken: int
    put_off: int
    unknown: int
    mending: int


def title_of(kind: str) -> Text:
    """Return the title of a kind of alert."""
    return Text("alert.run-failed.title" if kind == RUN_FAILED else f"step.{kind}.title")


def headline(matter: Alert | Fact, today: date) -> Text:
    """Return the sentence that tells the state of an alert on the day `today`, or that it was put right."""
    kind, state = matter.key.kind, open_state(matter.due, today)
    if isinstance(matter, Alert) and not matter.open:
        state = StageState.DONE
    if kind == RUN_FAILED:
        return Text("alert.run-failed.done") if state is StageState.DONE else title_of(kind)
    return sentence(kind, state, matter.text)


def own_sections(new: Sequence[Matter], today: date) -> list[Section]:
    """Return the sections of what is `new` and the reader's own, by school, or by stage for many schools."""
    by_school: defaultdict[str, list[Matter]] = defaultdict(list)
    for matter in new:
        by_school[matter.school.number].append(matter)
    if len(by_school) > _APART:
        return [_by_stage(new)]
    return [
        Section(
            Text("digest.school", {"school": matters[0].school.name, "count": len(matters)}),
            tuple(_line(matter, today) for matter in matters),
            number,
            (number,),
        )
        for number, matters in by_school.items()
    ]


def covered_sections(new: Sequence[Matter], today: date) -> list[Section]:
    """Return the sections of what is `new` and of users who are away, for the reader who covers for them."""
    by_user: defaultdict[str, list[Matter]] = defaultdict(list)
    for matter in new:
        if matter.away is not None:
            by_user[matter.away].append(matter)
    return [
        Section(
            Text("digest.covering", {"count": len(matters)}),
            tuple(
                Text("digest.at-one", {"school": matter.school.name, "line": _line(matter, today)})
                for matter in matters
            ),
            names=tuple(dict.fromkeys(matter.school.number for matter in matters)),
            user=user,
        )
        for user, matters in by_user.items()
    ]


def rest_section(
    counts: Counts, tally: Tally | None, coming: Sequence[Fact], school: str | None
) -> list[Section]:
    """Return the section of what is counted, and that of what is `coming`; nothing where all is nought.

    The counts of several schools (`tally`) are its title; `school` is the number of the reader's only one.
    """
    lines = []
    if counts.still:
        lines.append(Text(STILL, {"count": counts.still}))
    if counts.others:
        parties = [
            Text("digest.party", {"who": Text(f"who-short.{who}"), "count": count})
            for who, count in counts.others.most_common()
        ]
        lines.append(Text("digest.others", {"parties": _listed(parties), "count": counts.others.total()}))
    if counts.taken or counts.put_off:
        lines.append(Text("digest.aside", {"taken": counts.taken, "put_off": counts.put_off}))
    if tally is None:
        named = (("digest.mending", counts.mending), ("digest.unknown", counts.unknown))
        lines += [Text(key, {"count": count}) for key, count in named if count]
    title = Text("digest.rest") if tally is None else tally.said
    found = [Section(title, tuple(lines), school)] if lines or tally else []
    due = Counter((fact.due, fact.key.kind) for fact in coming)
    ahead = tuple(
        Text("digest.due-at", {"stage": title_of(kind), "due": day, "count": count})
        for (day, kind), count in sorted(due.items())
    )
    return [*found, Section(Text("digest.coming"), ahead)] if ahead else found


def _by_stage(new: Sequence[Matter]) -> Section:
    """Return a section with a line for each stage, which names the schools."""
    by_kind: defaultdict[tuple[str, bool], list[Matter]] = defaultdict(list)
    for matter in new:
        by_kind[matter.kind, isinstance(matter.of, Fact)].append(matter)
    lines, names = [], list[str]()
    for (kind, coming), matters in by_kind.items():
        shown = matters[:_NAMED]
        names += [matter.school.number for matter in shown]
        said = {
            "stage": Text(f"digest.{kind}") if isinstance(matters[0].of, Undecided) else title_of(kind),
            "count": len(matters),
            "schools": _listed([matter.school.name for matter in shown]),
            "more": len(matters) - len(shown),
            "due": min(matter.due for matter in matters if matter.due) if coming else None,
            "start": all(matter.starts for matter in matters),
        }
        lines.append(Text("digest.at-schools", said))
    return Section(Text("digest.yours", {"count": len(new)}), tuple(lines), names=tuple(names))


def _line(matter: Matter, today: date) -> Text:
    """Return the line of an alert, or of what is due, with the day by which it is or was to be done.

    What waits for a decision or for a user has no such day.
    """
    of = matter.of
    if isinstance(of, Undecided | WaitsFor):
        return of.said
    said = {"said": headline(of, today), "due": of.due, "late": today > of.due, "start": matter.starts}
    return Text("digest.line", said)


def _listed(parts: Iterable[object]) -> Text:
    """Return several texts or names in a list."""
    first, *others = parts
    if not others:
        return Text("digest.name", {"first": first})
    return Text("digest.names", {"first": first, "others": _listed(others)})

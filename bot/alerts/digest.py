"""The morning digest: open alerts and what is due, for each user by their roles. Pure.

Users of one school read its alerts; users with many schools read counts, worst first.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from bot.alerts.alert import RUN_FAILED, Alert, Fact
from bot.people.permissions import EVERYWHERE, Grant, Role
from diagnostics.wording import StageState, open_state, sentence
from knowledge.texts import Text
from provisioning.clock import uk_date
from provisioning.records.schools import School

_Item = TypeVar("_Item")

_AHEAD = timedelta(days=7)
"""How long before its day a digest tells what will be due."""
_SHOWN = 10
"""Schools that an overview lists."""
_SCHOOL_ROLES = frozenset({Role.DIGITAL_CHAMPION, Role.MIS_ADMINISTRATOR})
"""Roles whose users read each alert of their schools."""
_OVERVIEW_ROLES = frozenset({Role.PROVISIONING_MANAGER, Role.LOCAL_AUTHORITY, Role.SERVICE_DESK})
"""Roles whose users read counts over their schools."""
_SCHOOL_PARTIES = ("mis-administrator", "digital-champion")


@dataclass(frozen=True)
class Section:
    """A part of a digest; `school` is the number of the school that its button opens, if any."""

    title: Text
    lines: tuple[Text, ...]
    school: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the section as plain JSON, for a letter."""
        lines = [line.to_json() for line in self.lines]
        return {"title": self.title.to_json(), "lines": lines, "school": self.school}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Section":
        """Return the section that `to_json` wrote."""
        lines = tuple(Text.from_json(line) for line in stored["lines"])
        return cls(Text.from_json(stored["title"]), lines, stored["school"])


@dataclass(frozen=True)
class Digest:
    """The digest of a user; `schools` are the numbers of the schools that it names."""

    user: str
    day: date
    sections: tuple[Section, ...]
    schools: tuple[str, ...] = ()


def digests(
    alerts: Sequence[Alert],
    facts: Iterable[Fact],
    schools: Mapping[str, School],
    grants: Sequence[Grant],
    now: datetime,
) -> tuple[Digest, ...]:
    """Return the digests of all users for whom there is something to say; `schools` are by number."""
    today, by_scope = uk_date(now), _by_scope(schools)
    grants_of = _grouped(grants, lambda grant: grant.user)
    standing = [
        alert for alert in alerts if alert.open and alert.past_hold_off(now) and alert.key.school in schools
    ]
    coming = [
        fact for fact in facts if not fact.open and fact.in_season and today <= fact.due <= today + _AHEAD
    ]
    standing_at = _grouped(standing, lambda alert: alert.key.school)
    coming_at = _grouped(coming, lambda fact: fact.key.school)
    made = []
    for user, user_grants in grants_of.items():
        own = _schools(user_grants, _SCHOOL_ROLES, by_scope)
        overseen = _schools(user_grants, _OVERVIEW_ROLES, by_scope)
        others = [school for number, school in overseen.items() if number not in own]
        at_own = list(_school_sections(user, own.values(), standing_at, coming_at, today))
        sections = [*at_own, *_overview(others, standing, coming)]
        if sections:
            named = [section.school for section in at_own if section.school]
            named += [school.number for school in _worst(others, standing)]
            made.append(Digest(user, today, tuple(sections), tuple(named)))
    return tuple(made)


def title_of(kind: str) -> Text:
    """Return the title of a kind of alert."""
    return Text("alert.run-failed.title" if kind == RUN_FAILED else f"step.{kind}.title")


def headline(matter: Alert | Fact, today: date) -> Text:
    """Return the sentence that tells the state of an alert on the day `today`, or that it was put right."""
    kind, state = matter.key.kind, open_state(matter.due, today)
    if isinstance(matter, Alert) and not matter.open:
        state = StageState.DONE
    return title_of(kind) if kind == RUN_FAILED else sentence(kind, state, matter.text)


def _line(matter: Alert | Fact, today: date) -> Text:
    """Return the line of an alert, or of what is due, with the day by which it is or was to be done."""
    late = today > matter.due
    return Text("digest.line", {"said": headline(matter, today), "due": matter.due, "late": late})


def _listed(kinds: Sequence[str]) -> Text:
    """Return the names of several kinds of alerts, in a list."""
    first, *others = kinds
    if not others:
        return title_of(first)
    return Text("digest.names", {"first": title_of(first), "others": _listed(others)})


def _grouped(items: Iterable[_Item], key: Callable[[_Item], str]) -> Mapping[str, Sequence[_Item]]:
    """Return `items` by their key, in order within each group."""
    found: defaultdict[str, list[_Item]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found


def _by_scope(schools: Mapping[str, School]) -> Mapping[str, Sequence[School]]:
    """Return the schools that each scope of a grant covers."""
    found: defaultdict[str, list[School]] = defaultdict(list)
    for school in schools.values():
        for scope in (school.number, school.local_authority, EVERYWHERE):
            found[scope].append(school)
    return found


def _schools(
    grants: Sequence[Grant], roles: frozenset[Role], by_scope: Mapping[str, Sequence[School]]
) -> dict[str, School]:
    """Return the schools over which `grants` give any of `roles`, by number."""
    scopes = (grant.scope for grant in grants if grant.role in roles)
    return {school.number: school for scope in scopes for school in by_scope.get(scope, ())}


def _school_sections(
    user: str,
    own: Iterable[School],
    standing: Mapping[str, Sequence[Alert]],
    coming: Mapping[str, Sequence[Fact]],
    today: date,
) -> Iterable[Section]:
    """Yield a section for each of `own` schools with alerts (`standing`) or facts (`coming`), by number."""
    for school in own:
        lines = [
            _line(alert, today)
            for alert in standing.get(school.number, ())
            if alert.snoozed_until is None and alert.handed_to in (None, user)
        ]
        lines += [_line(fact, today) for fact in coming.get(school.number, ()) if fact.who in _SCHOOL_PARTIES]
        if lines:
            title = Text("digest.school", {"school": school.name, "count": len(lines)})
            yield Section(title, tuple(lines), school.number)


def _overview(
    schools: Sequence[School], standing: Sequence[Alert], coming: Sequence[Fact]
) -> Iterable[Section]:
    """Yield the counts of alerts at `schools`, worst first, and of what will be due there."""
    numbers = {school.number for school in schools}
    by_school = _counts(schools, standing)
    due = Counter((fact.due, fact.key.kind) for fact in coming if fact.key.school in numbers)
    if by_school:
        title = Text("digest.not-ready", {"count": len(by_school), "total": len(schools)})
        worst = _worst(schools, standing)
        by_number = _grouped(standing, lambda alert: alert.key.school)
        lines = [
            Text(
                "digest.school-open",
                {
                    "school": school.name,
                    "count": by_school[school.number],
                    "stages": _listed([alert.key.kind for alert in by_number[school.number]]),
                },
            )
            for school in worst
        ]
        if len(by_school) > _SHOWN:
            lines.append(Text("digest.more", {"count": len(by_school) - _SHOWN}))
        yield Section(title, tuple(lines), worst[0].number if len(by_school) == 1 else None)
    if due:
        lines = [
            Text("digest.due-at", {"stage": title_of(kind), "due": day, "count": count})
            for (day, kind), count in sorted(due.items())
        ]
        yield Section(Text("digest.coming"), tuple(lines))


def _worst(schools: Sequence[School], standing: Iterable[Alert]) -> list[School]:
    """Return those of `schools` with the most alerts, worst first, as many as an overview lists."""
    counts = _counts(schools, standing)
    return sorted(
        (school for school in schools if counts[school.number]),
        key=lambda school: (-counts[school.number], school.number),
    )[:_SHOWN]


def _counts(schools: Iterable[School], standing: Iterable[Alert]) -> Counter[str]:
    """Return how many alerts stand at each of `schools`, by number."""
    numbers = {school.number for school in schools}
    return Counter(alert.key.school for alert in standing if alert.key.school in numbers)

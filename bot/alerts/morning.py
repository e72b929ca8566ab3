"""The morning digests: what is each user's own to do, told once, and counts of what stands besides. Pure.

A matter is a line in the first digest after it has become the reader's; later digests count it. What others
must do is a count with their role. Where nothing is new, only the first digest of a week is sent.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType

from bot.alerts.alert import Alert, Fact
from bot.alerts.digest import Counts, Matter, Section, covered_sections, own_sections, rest_section
from bot.alerts.duties import Whose, can_start, reader_of, whose
from bot.alerts.told import Told, is_due, kept
from bot.hours import OFFICE_HOURS, OfficeHours
from bot.people.absences import Absences, covered_by
from bot.people.permissions import EVERYWHERE, MAY, Act, Grant, Role
from bot.people.preferences import DigestChoice, DigestChoices
from bot.people.reader import Reader
from bot.undecided import Undecided
from bot.waits_for import WaitsFor
from diagnostics.tally import Standing, Tally, tally
from provisioning.clock import uk_date
from provisioning.records.schools import School

_OVERSEERS = frozenset({Role.LOCAL_AUTHORITY, Role.SERVICE_DESK})
"""Roles whose users read how many schools are ready, and what will be due there."""
_READERS = frozenset(Role) - {Role.ADMINISTRATOR}
"""Roles whose users get digests."""


@dataclass(frozen=True)
class Digest:
    """The digest of a user; `schools` are the numbers of the schools that it names.

    `since` is the day of the last one, where nothing is new; `overview`: the user has several schools;
    `counted`: it says how many of them are ready.
    """

    user: str
    day: date
    sections: tuple[Section, ...]
    schools: tuple[str, ...] = ()
    since: date | None = None
    overview: bool = False
    counted: bool = False


@dataclass(frozen=True)
class Morning:
    """The digests of a morning, and what each user has been told after them."""

    digests: tuple[Digest, ...] = ()
    told: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """Which digests users get who have chosen, and the `hours` whose digests are made; None for all.

    An hour that was chosen outside those of the `office` is taken as the nearest one within.
    """

    choices: DigestChoices = field(default_factory=dict)
    hours: Collection[int] | None = None
    office: OfficeHours = OFFICE_HOURS

    def of(self, user: str) -> DigestChoice:
        """Return which digests `user` gets."""
        return self.choices.get(user, DigestChoice())

    def is_hour_of(self, user: str) -> bool:
        """Return whether the digest of `user` is made now."""
        return self.hours is None or self.office.digest_hour(self.of(user).hour) in self.hours

    @property
    def any_due(self) -> bool:
        """Whether any digest is made now: at the usual hour, or at one that a user has chosen."""
        if self.hours is None:
            return True
        chosen = (None, *(choice.hour for choice in self.choices.values()))
        return any(self.office.digest_hour(hour) in self.hours for hour in chosen)


_AS_USUAL = Chosen()


@dataclass(frozen=True)
class Reading:
    """What stands at the schools of a user on a day: by whose move it is, as far as it does not mend itself.

    `coming` is what others will have to do within a week, `covered` what is the move of users who are away,
    for whom the user covers.
    """

    user: str
    readers: Mapping[str, Reader]
    mine: Sequence[Matter]
    others: Counter[str]
    aside: Counter[Whose]
    coming: Sequence[Fact]
    standings: Sequence[Standing]
    covered: Sequence[Matter] = ()

    @cached_property
    def tally(self) -> Tally | None:
        """How the schools stand, for a user who oversees schools, or runs the clients of several."""
        roles = frozenset().union(*(reader.here for reader in self.readers.values()))
        overseen = roles & _OVERSEERS or (Role.PROVISIONING_MANAGER in roles and len(self.readers) > 1)
        return tally(self.standings) if overseen and self.standings else None

    @cached_property
    def keys(self) -> frozenset[str]:
        """What is told once: what is the user's own, and for several schools their counts and coming days."""
        keys = {key for matter in (*self.mine, *self.covered) for key in matter.told_as}
        if self.tally:
            counted = self.tally
            keys |= {f"ahead:{fact.key.kind}:{fact.due}" for fact in self.coming}
            if counted.open or counted.unknown:
                keys.add(f"tally:{counted.open}:{counted.mending}:{counted.unknown}:{counted.ready}")
        return frozenset(keys)


def digests(
    alerts: Sequence[Alert],
    facts: Iterable[Fact],
    standings: Mapping[str, Standing],
    schools: Mapping[str, School],
    grants: Sequence[Grant],
    told: Mapping[str, Told],
    now: datetime,
    chosen: Chosen = _AS_USUAL,
    undecided: Iterable[Undecided] = (),
    away: Absences = MappingProxyType({}),
    waits: Iterable[WaitsFor] = (),
) -> Morning:
    """Return the digests that are due at `now`, after what users have been `told` before.

    `schools`, and how they stand (`standings`), are by number. `chosen` has which digests users get, and the
    hours whose digests are made now. `undecided` is what waits for a decision, `waits` what does for users
    who are `away`. Who covers for them reads what is theirs, too.
    """
    today = uk_date(now)
    found = readings(alerts, facts, standings, schools, grants, today, undecided, away, waits)
    read = {
        reading.user: _late(reading, today) if chosen.of(reading.user).late_only else reading
        for reading in found
    }
    after = kept(told, {user: reading.keys for user, reading in read.items()})
    made = []
    for user, reading in read.items():
        if not chosen.is_hour_of(user):
            continue
        if is_due(reading.keys, after.get(user), today, chosen.of(user)):
            made.append(_digest(reading, after.get(user), today))
            after[user] = Told(today, reading.keys)
    return Morning(tuple(made), after)


def _late(reading: Reading, today: date) -> Reading:
    """Return of a reading what is the user's own and late, for users who want no more."""
    late, covered = (
        [matter for matter in matters if matter.due is not None and matter.due < today]
        for matters in (reading.mine, reading.covered)
    )
    return replace(
        reading, mine=late, covered=covered, others=Counter(), aside=Counter(), coming=(), standings=()
    )


def readings(
    alerts: Iterable[Alert],
    facts: Iterable[Fact],
    standings: Mapping[str, Standing],
    schools: Mapping[str, School],
    grants: Iterable[Grant],
    today: date,
    undecided: Iterable[Undecided] = (),
    away: Absences = MappingProxyType({}),
    waits: Iterable[WaitsFor] = (),
) -> Iterable[Reading]:
    """Yield what stands at the schools of each user, by their `grants`, on the day `today`.

    Users who cover for those who are `away` get what is theirs, where they have a role themselves; of what
    else `waits` for those, what they may act on.
    """
    matters: defaultdict[str, list[Matter]] = defaultdict(list)
    for alert in alerts:
        number = alert.key.school
        mending = standings[number].mending if number in standings else ()
        if alert.open and number in schools and alert.key.kind not in mending:
            matters[number].append(Matter(schools[number], alert))
    for fact in facts:
        if fact.is_coming(today):
            matters[fact.key.school].append(Matter(schools[fact.key.school], fact))
    others: Iterable[Undecided | WaitsFor] = (*undecided, *waits)
    for waiting in others:
        if waiting.school in schools:
            matters[waiting.school].append(Matter(schools[waiting.school], waiting))
    every = _roles(schools, grants)
    for user, roles in every.items():
        readers = {number: Reader(frozenset(here)) for number, here in roles.items() if here & _READERS}
        if readers:
            covered = {each: every.get(each, {}) for each in covered_by(user, away)}
            yield _reading(user, readers, roles, matters, standings, covered)


def _reading(
    user: str,
    readers: Mapping[str, Reader],
    roles: Mapping[str, set[Role]],
    matters: Mapping[str, Sequence[Matter]],
    standings: Mapping[str, Standing],
    covered_users: Mapping[str, Mapping[str, set[Role]]],
) -> Reading:
    mine: list[Matter] = []
    covered: list[Matter] = []
    others, aside, coming = Counter[str](), Counter[Whose](), list[Fact]()
    for number in readers:
        for matter in matters.get(number, ()):
            if isinstance(matter.of, WaitsFor):
                may = MAY[matter.of.act].intersection(roles.get(number, ()))
                covered += (
                    [replace(matter, away=matter.of.user)] if may and matter.of.user in covered_users else []
                )
                continue
            if isinstance(matter.of, Undecided):
                mine += [matter] if MAY[Act.DECIDE].intersection(roles.get(number, ())) else []
                continue
            reader = reader_of(matter.of, lambda school: roles.get(school, set()))
            found = whose(matter.of, user, reader)
            if found is Whose.MINE:
                starts = can_start(matter.of, reader) and not reader.is_(matter.of.who)
                mine.append(Matter(matter.school, matter.of, starts=starts))
            elif (absent := _of_covered(matter, covered_users)) is not None:
                covered.append(replace(matter, away=absent))
            elif isinstance(matter.of, Fact):
                coming.append(matter.of)
            elif found is Whose.OTHERS and matter.of.who == "nobody":
                continue
            elif found is Whose.OTHERS:
                others[matter.of.who] += 1
            else:
                aside[found] += 1
    stand = [standings[number] for number in readers if number in standings]
    return Reading(user, readers, mine, others, aside, coming, stand, covered)


def _of_covered(matter: Matter, users: Mapping[str, Mapping[str, set[Role]]]) -> str | None:
    """Return whose move `matter` is among `users`, given with their roles at each school."""
    return next((user for user, roles in users.items() if _is_own(matter, user, roles)), None)


def _is_own(matter: Matter, user: str, roles: Mapping[str, set[Role]]) -> bool:
    """Return whether `matter` is the move of a user with `roles`, who reads digests of its school."""
    if isinstance(matter.of, Undecided | WaitsFor) or not roles.get(matter.school.number, set()) & _READERS:
        return False
    reader = reader_of(matter.of, lambda school: roles.get(school, set()))
    return whose(matter.of, user, reader) is Whose.MINE


def _digest(reading: Reading, before: Told | None, today: date) -> Digest:
    known = before.keys if before else frozenset[str]()
    new = [matter for matter in reading.mine if not matter.told_as <= known]
    stand_in = [matter for matter in reading.covered if not matter.told_as <= known]
    own = [*own_sections(new, today), *covered_sections(stand_in, today)]
    coming = [fact for fact in reading.coming if f"ahead:{fact.key.kind}:{fact.due}" not in known]
    rest = rest_section(
        Counts(
            still=len(reading.mine) + len(reading.covered) - len(new) - len(stand_in),
            others=reading.others,
            taken=reading.aside[Whose.TAKEN],
            put_off=reading.aside[Whose.PUT_OFF],
            unknown=sum(len(standing.unknown) for standing in reading.standings),
            mending=sum(len(standing.mending) for standing in reading.standings),
        ),
        reading.tally,
        coming if reading.tally else (),
        next(iter(reading.readers)) if len(reading.readers) == 1 and not own else None,
    )
    named = tuple(dict.fromkeys(number for section in own for number in section.names))
    since = before.day if before and reading.keys <= before.keys else None
    return Digest(
        reading.user,
        today,
        (*own, *rest),
        named,
        since,
        overview=len(reading.readers) > 1,
        counted=reading.tally is not None,
    )


def _roles(schools: Mapping[str, School], grants: Iterable[Grant]) -> Mapping[str, dict[str, set[Role]]]:
    """Return the roles of each user at each of `schools`, by number."""
    by_scope: defaultdict[str, list[str]] = defaultdict(list)
    for number, school in schools.items():
        for scope in (number, school.local_authority, EVERYWHERE):
            by_scope[scope].append(number)
    found: defaultdict[str, defaultdict[str, set[Role]]] = defaultdict(lambda: defaultdict(set))
    for grant in grants:
        for number in by_scope.get(grant.scope, ()):
            found[grant.user][number].add(grant.role)
    return found

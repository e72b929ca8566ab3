"""The digest of a morning: what each reader has to do, told once, and what others have to do as counts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from bot.alerts.alert import RUN_FAILED, Alert, Fact, at_previous
from bot.alerts.morning import Morning, digests, readings
from bot.alerts.told import Told
from bot.people.permissions import Grant, Role
from bot.people.reader import Reader
from bot.undecided import Undecided, UndecidedKind
from diagnostics.stages import STAGES
from diagnostics.tally import Standing
from knowledge.texts import Text
from tests.bot.alerts.alert_builders import (
    AUTHORITY,
    CHAMPION,
    DESK,
    GRANTS,
    KNOWN,
    MANAGER,
    MONDAY,
    OPERATOR,
    at,
    fact,
    later,
    raised,
)
from tests.builders import GLAN, NANT

SCHOOLS = {GLAN.number: GLAN, NANT.number: NANT}
OFFICE = "U0OFFICE"
EVERYONE = (*GRANTS, Grant(OFFICE, Role.MIS_ADMINISTRATOR, GLAN.number))
NOTHING: Mapping[str, Told] = {}


def morning(
    alerts: Sequence[Alert],
    coming: Sequence[Fact] = (),
    now: datetime = MONDAY,
    told: Mapping[str, Told] = NOTHING,
    mending: frozenset[str] = frozenset(),
    undecided: Sequence[Undecided] = (),
) -> Morning:
    """The digests of a morning at Glan, where `mending` may mend themselves, and Nant, which is ready."""
    open_ = tuple(alert.key.kind for alert in alerts if alert.open)
    standings = {
        GLAN.number: Standing(GLAN.number, open=open_, mending=mending),
        NANT.number: Standing(NANT.number),
    }
    return digests(alerts, coming, standings, SCHOOLS, EVERYONE, told, now, undecided=undecided)


def said(made: Morning, user: str) -> Any:
    """A person's digest as sentences, or None."""
    say = KNOWN.catalogue.say
    return next(
        (
            [
                [say(section.title, "en"), *(say(line, "en") for line in section.lines)]
                for section in digest.sections
            ]
            for digest in made.digests
            if digest.user == user
        ),
        None,
    )


def test_nothing_to_say_is_no_message() -> None:
    assert morning(()).digests == ()
    assert morning([later(raised(), MONDAY, facts=[])]).digests == ()


def test_each_reads_what_is_theirs_to_do_and_an_authority_counts() -> None:
    made = morning([raised(), raised("classes-current", who="provisioning-manager")])
    assert said(made, OFFICE) == [
        [
            "Glan High: 1 new for you to do",
            "The MIS end of year has not been done (was due by 21 August 2026)",
        ],
        ["What stands besides", "For others to do: 1 (Provisioning manager 1)"],
    ]
    assert said(made, CHAMPION) == [
        [
            "Glan High: 1 new for you to do",
            "2 accounts still show another class than the MIS (was due by 21 August 2026). You can start it",
        ],
        ["What stands besides", "For others to do: 1 (MIS administrator 1)"],
    ]
    assert said(made, DESK) == [
        [
            "1 of 2 schools ready: 1 open",
            "For others to do: 2 (MIS administrator 1, Provisioning manager 1)",
        ]
    ]
    assert said(made, "U0ELSEWHERE") is None
    assert said(made, OPERATOR) is None


def test_what_only_others_can_do_is_no_reason_to_write_to_a_school() -> None:
    assert said(morning([raised()]), CHAMPION) is None


def test_what_may_mend_itself_is_counted_and_in_no_list() -> None:
    due = raised("client-ran", who="provisioning-manager")
    made = morning([due, raised()], mending=frozenset({"client-ran"}))
    assert said(made, MANAGER) is None
    assert said(made, OFFICE)[1] == ["What stands besides", "May mend itself at the next run: 1"]
    alone = morning([due], mending=frozenset({"client-ran"}))
    assert said(alone, DESK) == [["1 of 2 schools ready: 1 open, of which 1 may mend itself at the next run"]]


def test_what_is_due_within_seven_days() -> None:
    coming = [fact(open=False)]
    assert said(morning((), coming, at(13)), OFFICE) is None
    assert said(morning((), coming, at(14)), OFFICE) == [
        ["Glan High: 1 new for you to do", "The MIS end of year is still to be done (due by 21 August 2026)"]
    ]
    assert said(morning((), coming, at(14)), AUTHORITY) == [
        ["2 of 2 schools ready"],
        ["Due within seven days", "MIS end of year: by 21 August 2026, 1 school"],
    ]
    assert said(morning((), coming, at(14)), CHAMPION) is None
    assert said(morning((), coming, at(22)), OFFICE) is None


def test_what_is_put_off_or_anothers_is_counted() -> None:
    for held in (raised(snoozed_until=at(26)), raised(handed_to=MANAGER), raised(acknowledged_by=MANAGER)):
        assert said(morning([held]), OFFICE) is None
    taken = morning([raised(handed_to=MANAGER), raised("staff-complete")])
    assert said(taken, OFFICE)[1] == ["What stands besides", "Taken by colleagues: 1"]
    assert said(taken, MANAGER)[0][0] == "Glan High: 1 new for you to do"


def test_a_line_is_told_once_and_then_counted() -> None:
    first = morning([raised()])
    assert said(morning([raised()], now=at(25), told=first.told), OFFICE) is None
    second = morning([raised(), raised("staff-complete")], now=at(25), told=first.told)
    assert said(second, OFFICE) == [
        [
            "Glan High: 1 new for you to do",
            "2 staff records still can't be used (was due by 21 August 2026)",
        ],
        ["What stands besides", "Still yours, told before: 1"],
    ]


def test_what_was_put_right_and_comes_back_is_told_again() -> None:
    first = morning([raised()])
    mended = morning([], now=at(25), told=first.told)
    assert said(mended, OFFICE) is None
    assert said(morning([raised()], now=at(26), told=mended.told), OFFICE) is not None


def test_an_unchanged_digest_is_sent_on_the_first_morning_of_a_week_and_says_so() -> None:
    told = morning([raised()]).told
    sent = {}
    for day in (25, 26, 27, 28):
        made = morning([raised()], now=at(day), told=told)
        sent |= {day: made.digests} if made.digests else {}
    assert sent == {}
    tuesday = morning([raised()], now=at(1, month=9), told=told)
    assert said(tuesday, OFFICE) == [["What stands besides", "Still yours, told before: 1"]]
    assert {digest.since for digest in tuesday.digests} == {date(2026, 8, 24)}


def test_an_authority_hears_of_changed_numbers() -> None:
    told = morning([raised()]).told
    assert said(morning([raised()], now=at(25), told=told), AUTHORITY) is None
    changed = morning([raised()], now=at(25), told=told, mending=frozenset({"mis-end-of-year"}))
    assert said(changed, AUTHORITY)[0][0].endswith("1 may mend itself at the next run")
    assert said(morning([], now=at(25), told=told), AUTHORITY) is None


def test_many_schools_are_lines_by_stage() -> None:
    many = {number: replace(GLAN, number=number) for number in map(str, range(6809910, 6809922))}
    due = raised("client-ran", who="provisioning-manager")
    alerts = [replace(due, key=due.key._replace(school=number)) for number in many]
    grants = [Grant(AUTHORITY, Role.LOCAL_AUTHORITY, GLAN.local_authority)]
    made = digests(alerts, (), {}, many, grants, {}, MONDAY)
    names = ", ".join(["Glan High"] * 10)
    assert said(made, AUTHORITY) == [
        [
            "12 new for you to do",
            f"Run in rollover week, 12 schools: {names} and 2 more. You can start the run",
        ]
    ]
    assert made.digests[0].schools == tuple(many)[:10]


DOUBTS = Undecided(UndecidedKind.DOUBTS, GLAN.number, Text("identity.waits", {"count": 2}), MONDAY, (6, 7))


def test_accounts_in_doubt_are_told_once_to_those_who_may_decide() -> None:
    made = morning((), undecided=[DOUBTS])
    for user in (MANAGER, DESK, AUTHORITY):
        assert said(made, user)[0] == [
            "Glan High: 1 new for you to do",
            "2 accounts in doubt: say whose they are",
        ]
    assert [said(made, user) for user in (CHAMPION, OFFICE)] == [None, None]
    for decided in (6, 7):
        left = tuple(id_ for id_ in DOUBTS.ids if id_ != decided)
        fewer = replace(DOUBTS, said=Text("identity.waits", {"count": 1}), ids=left)
        assert said(morning((), now=at(25), told=made.told, undecided=[fewer]), MANAGER) is None
    another = replace(DOUBTS, ids=(6, 8))
    again = morning((), now=at(25), told=made.told, undecided=[another])
    assert said(again, MANAGER) is not None


def test_what_waits_for_a_decision_at_many_schools_is_a_line() -> None:
    many = {number: replace(GLAN, number=number) for number in map(str, range(6809910, 6809915))}
    waiting = [replace(DOUBTS, school=number) for number in many]
    grants = [Grant(AUTHORITY, Role.LOCAL_AUTHORITY, GLAN.local_authority)]
    made = digests((), (), {}, many, grants, {}, MONDAY, undecided=waiting)
    names = ", ".join(["Glan High"] * 5)
    assert said(made, AUTHORITY) == [["5 new for you to do", f"Accounts in doubt, 5 schools: {names}"]]


def test_who_manages_the_previous_school_too_reads_what_it_has_to_do_as_their_own() -> None:
    action = at_previous(Text("alert.gone"), [NANT.number])
    alert = raised("ran-after-previous-schools", who="previous-provisioning-manager", action=action)
    both = [Grant(MANAGER, Role.PROVISIONING_MANAGER, school.number) for school in (GLAN, NANT)]
    for grants, mine in ((both, [alert]), (both[:1], [])):
        (reading,) = readings([alert], (), {}, SCHOOLS, grants, MONDAY.date())
        assert [matter.of for matter in reading.mine] == mine


WHO = ("mis-administrator", "provisioning-manager", "digital-champion", "local-authority", "service-desk")
ELSEWHERE = ("previous-school", "previous-provisioning-manager")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_a_list_is_what_its_reader_may_act_on_and_the_rest_is_counted_by_role(role: Role) -> None:
    """For each kind of alert and party that acts next: nothing is lost between the list and the counts."""
    grants, reader = [Grant("U0READER", role, GLAN.number)], Reader(frozenset({role}))
    for kind in (*STAGES, RUN_FAILED):
        for who in (*WHO, *ELSEWHERE):
            said = Text(f"step.{kind}.of-a-case")
            alert = replace(raised("client-ran"), text=said, who=who, key=raised().key._replace(kind=kind))
            (reading,) = readings([alert], (), {}, SCHOOLS, grants, MONDAY.date())
            may = reader.is_(who) or reader.starts(said, who)
            assert [matter.of for matter in reading.mine] == ([alert] if may else [])
            assert reading.others == ({} if may else {who: 1})


def test_who_may_run_a_school_has_the_runs_that_put_it_right() -> None:
    wanting, held = Text("step.client-ran.not-ran"), Text("step.client-ran.not-ran-held")
    for role in (Role.DIGITAL_CHAMPION, Role.LOCAL_AUTHORITY, Role.PROVISIONING_MANAGER):
        assert Reader(frozenset({role})).starts(wanting, "provisioning-manager")
        assert not Reader(frozenset({role})).starts(held, "provisioning-manager")
    for role in (Role.MIS_ADMINISTRATOR, Role.SERVICE_DESK):
        assert not Reader(frozenset({role})).starts(wanting, "provisioning-manager")

"""Alerts as values: what they become by facts, time and people, and who is told how often."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot import hours
from bot.alerts import engine
from bot.alerts.alert import LAST_LEVEL, RUN_FAILED, Alert, Fact, Key
from bot.alerts.audience import ESCALATION, audience
from bot.alerts.digest import digests
from bot.alerts.engine import Snooze, step
from bot.alerts.facts import due, facts, season
from bot.alerts.notification_plan import A_DAY, LastMessage, Message, plan, reminders
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.service.bootstrap import knowledge as load_everything
from diagnostics.readiness import Readiness
from diagnostics.verdict import Step
from knowledge.keydates import derive
from knowledge.texts import UK, Text
from provisioning.records import RunStatus
from tests.builders import GLAN, NANT, run

DATES = derive(2026)
KNOWN = load_everything()
MONDAY = datetime(2026, 8, 24, 8, 0, tzinfo=UK)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SCHOOLS = {GLAN.number: GLAN, NANT.number: NANT}


def at(day: int, hour: int = 8, minute: int = 0, month: int = 8) -> datetime:
    """A moment of August 2026, UK time: the 24th is the Monday of rollover week."""
    return datetime(2026, month, day, hour, minute, tzinfo=UK)


def fact(kind: str = "mis-end-of-year", school: str = GLAN.number, **fields: Any) -> Fact:
    """A stage that fails."""
    said = Text("step.mis-end-of-year.behind", {"deadline": date(2026, 8, 21)})
    base = Fact(Key(kind, school, 2026), said, date(2026, 8, 21), "mis-administrator", Text("alert.gone"))
    return replace(base, **fields)


def raised(kind: str = "mis-end-of-year", now: datetime = MONDAY, **fields: Any) -> Alert:
    """An alert that was raised by a fact."""
    (alert,) = step((), [fact(kind)], now)
    return replace(alert, **fields)


def later(alert: Alert, *moments: datetime, facts: Iterable[Fact] | None = None) -> Alert:
    """An alert after looks at these moments, its fact being as it was unless told."""
    for moment in moments:
        standing = [fact(alert.key.kind)] if facts is None else list(facts)
        (alert,) = step([alert], standing, moment)
    return alert


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(24, 8), True),
        (at(24, 7, 59), False),
        (at(24, 16, 59), True),
        (at(24, 17), False),
        (at(29, 10), False),
        (at(30, 10), False),
        (at(31, 10), False),  # the bank holiday
        (at(1, 10, month=9), True),
        (datetime(2026, 8, 24, 7, 30, tzinfo=UTC), True),  # half past eight in summer
        (datetime(2026, 11, 2, 7, 30, tzinfo=UTC), False),  # half past seven in winter
    ],
)
def test_office_hours(moment: datetime, is_open: bool) -> None:
    assert hours.is_open(moment) is is_open


@pytest.mark.parametrize(
    ("moment", "after"),
    [
        (at(24, 10), at(25, 10)),
        (at(24, 6), at(25, 8)),
        (at(24, 20), at(26, 8)),
        (at(28, 10), at(1, 10, month=9)),  # Friday, over the weekend and the bank holiday
        (at(22, 12), at(25, 8)),  # what happens on a Saturday counts from Monday
    ],
)
def test_a_working_day_later(moment: datetime, after: datetime) -> None:
    assert hours.a_working_day_after(moment) == after


def test_a_fact_raises_one_alert_however_often_it_is_seen() -> None:
    alerts = step((), [fact()], MONDAY)
    assert step(alerts, [fact()], MONDAY + HOUR) == alerts
    assert len(alerts) == 1


def test_nothing_is_raised_out_of_season_or_before_it_is_due() -> None:
    assert step((), [fact(in_season=False), fact("client-ran", open=False)], MONDAY) == ()


def test_a_fact_that_is_gone_resolves_its_alert_by_itself() -> None:
    alert = later(raised(), MONDAY + HOUR, facts=[])
    assert (alert.open, alert.resolved_at, alert.revision) == (False, MONDAY + HOUR, 1)
    assert later(alert, MONDAY + 2 * HOUR, facts=[]) == alert


def test_out_of_season_what_is_put_right_resolves_and_what_is_not_stays_as_it_is() -> None:
    alert = raised()
    far = at(12, month=10)
    assert later(alert, far, facts=[fact(in_season=False)]) == alert
    assert not later(alert, far, facts=[]).open


def test_what_comes_back_is_open_again_as_if_it_were_new() -> None:
    taken = engine.acknowledge(raised(), "U0A", MONDAY)
    again = later(later(taken, at(25), facts=[]), at(26))
    assert (again.open, again.acknowledged_by, again.level, again.raised_at) == (True, None, 0, at(26))
    assert again.revision > taken.revision


def test_a_changed_fact_changes_the_text_and_nothing_else() -> None:
    other = fact(text=Text("step.mis-end-of-year.no-births"))
    alert = later(raised(), MONDAY + HOUR, facts=[other])
    assert alert == replace(raised(), text=other.text, revision=1)


@pytest.mark.parametrize(
    ("looks", "level"),
    [
        ((at(24, 16),), 0),
        ((at(25, 8),), 1),
        ((at(25, 8), at(25, 16)), 1),
        ((at(25, 8), at(26, 8)), 2),
        ((at(25, 8), at(26, 8), at(27, 8)), LAST_LEVEL),
        ((at(25, 8), at(26, 8), at(27, 8), at(28, 8)), LAST_LEVEL),
        ((at(29, 8),), 1),
    ],
)
def test_a_level_for_every_working_day_in_which_nobody_took_it(looks: Sequence[datetime], level: int) -> None:
    assert later(raised(), *looks).level == level


def test_what_only_the_school_can_see_to_climbs_no_higher() -> None:
    assert later(raised("non-mis-reviewed"), at(25), at(26), at(27)).level == 0


def test_the_weekend_and_the_bank_holiday_are_no_working_days() -> None:
    friday = raised(now=at(28, 10))
    assert later(friday, at(31, 10)).level == 0
    assert later(friday, at(1, 10, month=9)).level == 1


@pytest.mark.parametrize(
    "taken",
    [
        lambda one: engine.acknowledge(one, "U0A", MONDAY),
        lambda one: engine.hand_over(one, "U0B", "U0A", MONDAY),
        lambda one: engine.snooze(one, at(7, month=9), "U0A"),
    ],
)
def test_what_somebody_has_taken_goes_no_higher(taken: Any) -> None:
    assert later(taken(raised()), at(25), at(26), at(27)).level == 0


def test_every_deed_has_its_way_back_and_gives_a_full_working_day_again() -> None:
    for do, back in (
        (lambda one: engine.acknowledge(one, "U0A", MONDAY), engine.release),
        (lambda one: engine.hand_over(one, "U0B", "U0A", MONDAY), engine.take_back),
        (lambda one: engine.snooze(one, at(1, month=9), "U0A"), engine.wake),
    ):
        alert = back(do(raised()), at(26, 9))
        assert alert == replace(raised(), since=at(26, 9), revision=2)
        assert later(alert, at(26, 16)).level == 0
        assert later(alert, at(27, 9)).level == 1


@pytest.mark.parametrize(
    ("snooze", "now", "until"),
    [
        (Snooze.HOUR, at(24, 10), at(24, 11)),
        (Snooze.HOUR, at(24, 16, 30), at(25, 8)),
        (Snooze.TOMORROW, at(24, 10), at(25, 8)),
        (Snooze.TOMORROW, at(28, 10), at(1, 8, month=9)),
        (Snooze.AFTER_WEEK, at(24, 10), at(1, 8, month=9)),
        (Snooze.AFTER_WEEK, at(3, 10, month=9), at(4, 8, month=9)),
    ],
)
def test_for_how_long_it_is_put_off(snooze: Snooze, now: datetime, until: datetime) -> None:
    assert snooze.until(now, DATES) == until


def test_what_was_put_off_comes_back_with_a_reminder_to_whoever_did_that() -> None:
    alert = engine.snooze(raised(), at(25), "U0A")
    assert later(alert, at(24, 16)) == alert
    back = later(alert, at(25))
    assert (back.snoozed_until, back.snoozed_by, back.since) == (None, None, at(25))
    assert reminders([alert], [back]) == (Message(back, "U0A", reminds=True),)
    assert reminders([alert], [later(alert, at(25), facts=[])]) == ()
    assert reminders([back], [back]) == ()


CHAMPION, MANAGER, AUTHORITY, DESK, OPERATOR = "U0CHAMP", "U0MANAGE", "U0AUTH", "U0DESK", "U0OPER"
GRANTS = (
    Grant(OPERATOR, Role.ADMINISTRATOR, EVERYWHERE),
    Grant(DESK, Role.SERVICE_DESK, EVERYWHERE),
    Grant(AUTHORITY, Role.LOCAL_AUTHORITY, "680"),
    Grant(MANAGER, Role.PROVISIONING_MANAGER, GLAN.number),
    Grant(CHAMPION, Role.DIGITAL_CHAMPION, GLAN.number),
    Grant("U0ELSEWHERE", Role.DIGITAL_CHAMPION, NANT.number),
)


@pytest.mark.parametrize(
    ("level", "people"),
    [
        (0, (CHAMPION,)),
        (1, (CHAMPION, MANAGER)),
        (2, (CHAMPION, MANAGER, AUTHORITY)),
        (3, (CHAMPION, MANAGER, AUTHORITY, DESK)),
    ],
)
def test_each_level_adds_its_people_and_no_operator_is_among_them(
    level: int, people: tuple[str, ...]
) -> None:
    assert audience(raised(level=level), GLAN, GRANTS) == people


def test_a_level_without_anybody_passes_it_on() -> None:
    assert audience(raised(), GLAN, GRANTS[1:3]) == (AUTHORITY,)
    assert audience(raised(), GLAN, ()) == ()


def test_what_is_handed_over_is_one_persons() -> None:
    assert audience(raised(level=3, handed_to="U0NEW"), GLAN, GRANTS) == ("U0NEW",)


def test_whoever_has_to_act_hears_of_it_at_once() -> None:
    (alert,) = step((), [fact(who="provisioning-manager")], MONDAY)
    assert audience(alert, GLAN, GRANTS) == (CHAMPION, MANAGER)
    assert len(ESCALATION) == LAST_LEVEL + 1


def planned(
    alerts: Sequence[Alert],
    now: datetime = MONDAY,
    told: dict[Any, LastMessage] | None = None,
    people: Any = None,
) -> list[tuple[str, str, bool]]:
    """What is sent: kind, person, and whether it is an edit."""
    found = plan(alerts, told or {}, people or (lambda _: (CHAMPION,)), now)
    return [(one.alert.key.kind, one.user, one.edits) for one in found]


def test_a_message_once_and_then_edits() -> None:
    alert = raised()
    at_first = {(alert.key, CHAMPION): LastMessage(alert.revision, date(2026, 8, 24))}
    assert planned([alert]) == [("mis-end-of-year", CHAMPION, False)]
    assert planned([alert], told=at_first) == []
    assert planned([later(alert, at(24, 20), facts=[])], at(24, 20), at_first) == [
        ("mis-end-of-year", CHAMPION, True)
    ]


def test_new_people_get_it_as_it_climbs() -> None:
    alert = raised()
    told = {(alert.key, CHAMPION): LastMessage(alert.revision, date(2026, 8, 24))}
    climbed = later(alert, at(25))
    found = plan([climbed], told, lambda one: audience(one, GLAN, GRANTS), at(25))
    assert [(one.user, one.edits) for one in found] == [(CHAMPION, True), (MANAGER, False)]


@pytest.mark.parametrize("now", [at(24, 7), at(24, 18), at(29, 10), at(31, 10)])
def test_nobody_is_written_to_out_of_hours(now: datetime) -> None:
    assert planned([raised(now=at(20))], now) == []


def test_a_failed_run_on_the_last_day_does_not_wait() -> None:
    sunday = at(30, 7)
    assert planned([raised(RUN_FAILED, now=sunday, urgent=True)], sunday) == [(RUN_FAILED, CHAMPION, False)]


@pytest.mark.parametrize("quiet", [{"acknowledged_by": "U0A"}, {"snoozed_until": at(25)}])
def test_nobody_new_is_told_of_what_is_taken_or_put_off(quiet: dict[str, Any]) -> None:
    assert planned([raised(**quiet)]) == []


def test_what_was_put_right_before_anybody_heard_of_it_is_no_news() -> None:
    assert planned([later(raised(now=at(23, 6)), at(24, 6), facts=[])]) == []


def test_what_a_run_may_put_right_by_itself_is_told_when_it_has_not() -> None:
    alert = raised("classes-current", now=at(24, 9))
    assert planned([alert], at(24, 16)) == []
    assert planned([alert], at(25, 9)) == [("classes-current", CHAMPION, False)]
    assert later(alert, at(25, 9)).level == 0
    assert later(alert, at(26, 9)).level == 1


def test_two_a_day_and_the_first_due_first() -> None:
    many = [
        raised(kind, due=date(2026, 8, day))
        for kind, day in (("a", 30), ("b", 21), ("c", 29), ("d", 25), ("e", 28))
    ]
    first = planned(many)
    assert first == [("b", CHAMPION, False), ("d", CHAMPION, False)]
    had = {(one.key, CHAMPION): LastMessage(0, date(2026, 8, 24)) for one in many if one.key.kind in "bd"}
    assert planned(many, at(24, 16), had) == []
    assert planned(many, at(25), had) == [("e", CHAMPION, False), ("c", CHAMPION, False)]


def test_what_still_waits_to_be_posted_counts() -> None:
    waiting = {
        (Key("x", GLAN.number, 2026), CHAMPION): LastMessage(0),
        (Key("y", GLAN.number, 2026), CHAMPION): LastMessage(0),
    }
    assert planned([raised()], told=waiting) == []
    assert len(waiting) == A_DAY


def found(*stages: Any) -> Readiness:
    """Glan with these stages."""
    return Readiness(GLAN, stages, ())


def test_stages_that_fail_are_facts_and_those_not_due_are_to_come() -> None:
    failing = Step("mis-end-of-year").fails("behind", deadline=date(2026, 8, 21))
    holding = Step("client-ran").holds("ran")
    unknown = Step("staff-complete").unknown("unreadable")
    today = date(2026, 8, 24)
    (one,) = facts(found(failing, holding, unknown), run(), DATES, today, KNOWN)
    assert (one.key, one.open, one.in_season, one.due) == (
        Key("mis-end-of-year", GLAN.number, 2026),
        True,
        True,
        date(2026, 8, 21),
    )
    for language in ("en", "cy"):
        assert KNOWN.catalogue.say(one.action, language)


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.INTERRUPTED])
def test_a_failed_run_takes_the_place_of_the_run_of_the_week(status: RunStatus) -> None:
    missing = Step("client-ran").fails("not-ran", ran=None, start=DATES.week_start, end=DATES.week_end)
    failed = run(status)
    (one,) = facts(found(missing), failed, DATES, date(2026, 8, 26), KNOWN)
    assert (one.key.kind, one.urgent) == (RUN_FAILED, False)
    (one,) = facts(found(missing), failed, DATES, DATES.week_end, KNOWN)
    assert one.urgent
    for language in ("en", "cy"):
        assert KNOWN.catalogue.say(one.text, language)
        assert KNOWN.catalogue.say(one.action, language)


@pytest.mark.parametrize(
    ("day", "on"),
    [
        (date(2026, 7, 23), False),
        (date(2026, 7, 24), True),
        (date(2026, 8, 30), True),
        (date(2026, 9, 27), True),
        (date(2026, 9, 28), False),
    ],
)
def test_the_season(day: date, on: bool) -> None:
    assert season(DATES, day) is on


def test_every_stage_has_a_day_by_which_it_is_due_a_title_and_somebody_who_acts() -> None:
    for stage in KNOWN.stages:
        assert due(stage, DATES).year == 2026
        assert f"step.{stage}.title" in KNOWN.catalogue
        assert KNOWN.stage_step(stage, "").who


def digest_of(user: str, alerts: Sequence[Alert], coming: Sequence[Fact] = (), now: datetime = MONDAY) -> Any:
    """A person's digest as sentences, or None."""
    made = {one.user: one for one in digests(alerts, coming, SCHOOLS, GRANTS, now)}
    if user not in made:
        return None
    say = KNOWN.catalogue.say
    return [[say(one.title, "en"), *(say(line, "en") for line in one.lines)] for one in made[user].sections]


def test_nothing_to_say_is_no_message() -> None:
    assert digests((), (), SCHOOLS, GRANTS, MONDAY) == ()
    assert digests([later(raised(), MONDAY, facts=[])], (), SCHOOLS, GRANTS, MONDAY) == ()


def test_a_school_reads_what_is_so_and_an_authority_reads_counts() -> None:
    alerts = [raised(), raised("classes-current", now=at(20))]
    own = digest_of(CHAMPION, alerts)
    assert own[0][0] == "Glan High: 2 open or due"
    assert "Most learners are still in last year's year groups" in own[0][1]
    assert digest_of(AUTHORITY, alerts) == [["1 of 2 schools not ready", "Glan High: 2 open stages"]]
    assert digest_of("U0ELSEWHERE", alerts) is None
    assert digest_of(OPERATOR, alerts) is None


def test_what_is_due_within_seven_days() -> None:
    coming = [fact(open=False)]
    assert digest_of(CHAMPION, (), coming, at(13)) is None
    assert digest_of(CHAMPION, (), coming, at(14)) == [
        ["Glan High: 1 open or due", "MIS end of year done: due by 21 August 2026"]
    ]
    assert digest_of(AUTHORITY, (), coming, at(14)) == [
        ["Due within seven days", "MIS end of year done: by 21 August 2026, 1 school"]
    ]
    assert digest_of(CHAMPION, (), coming, at(22)) is None


def test_what_the_school_itself_need_not_do_is_not_announced_to_it() -> None:
    coming = [fact("client-ran", open=False, who="provisioning-manager", due=date(2026, 8, 30))]
    assert digest_of(CHAMPION, (), coming) is None
    assert digest_of(MANAGER, (), coming) is not None


def test_what_is_put_off_or_anothers_is_not_in_the_digest_of_a_school() -> None:
    assert digest_of(CHAMPION, [raised(snoozed_until=at(26))]) is None
    assert digest_of(CHAMPION, [raised(handed_to=MANAGER)]) is None
    assert digest_of(CHAMPION, [raised(handed_to=CHAMPION)]) is not None

"""The digest of a morning: what a school, an authority and a person read in it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bot.alerts.alert import Alert, Fact
from bot.alerts.digest import digests
from tests.bot.alerts.alert_builders import (
    AUTHORITY,
    CHAMPION,
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


def digest_of(user: str, alerts: Sequence[Alert], coming: Sequence[Fact] = (), now: datetime = MONDAY) -> Any:
    """A person's digest as sentences, or None."""
    made = {digest.user: digest for digest in digests(alerts, coming, SCHOOLS, GRANTS, now)}
    if user not in made:
        return None
    say = KNOWN.catalogue.say
    return [
        [say(section.title, "en"), *(say(line, "en") for line in section.lines)]
        for section in made[user].sections
    ]


def test_nothing_to_say_is_no_message() -> None:
    assert digests((), (), SCHOOLS, GRANTS, MONDAY) == ()
    assert digests([later(raised(), MONDAY, facts=[])], (), SCHOOLS, GRANTS, MONDAY) == ()


def test_a_school_reads_what_is_so_and_an_authority_reads_counts() -> None:
    alerts = [raised(), raised("classes-current", now=at(20))]
    own = digest_of(CHAMPION, alerts)
    assert own[0][0] == "Glan High: 2 open or due"
    assert own[0][1:] == [
        "The MIS end of year has not been done (was due by 21 August 2026)",
        "2 accounts still show another class than the MIS (was due by 21 August 2026)",
    ]
    assert digest_of(AUTHORITY, alerts) == [
        ["1 of 2 schools not ready", "Glan High – 2 open: MIS end of year, Class information"]
    ]
    assert digest_of("U0ELSEWHERE", alerts) is None
    assert digest_of(OPERATOR, alerts) is None


def test_what_is_due_within_seven_days() -> None:
    coming = [fact(open=False)]
    assert digest_of(CHAMPION, (), coming, at(13)) is None
    assert digest_of(CHAMPION, (), coming, at(14)) == [
        ["Glan High: 1 open or due", "The MIS end of year is still to be done (due by 21 August 2026)"]
    ]
    assert digest_of(AUTHORITY, (), coming, at(14)) == [
        ["Due within seven days", "MIS end of year: by 21 August 2026, 1 school"]
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

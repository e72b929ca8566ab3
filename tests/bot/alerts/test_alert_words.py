"""What an alert's message says: once what is so, and the good news where it is put right."""

import pytest

from bot.alerts.alert import RUN_FAILED
from bot.alerts.screens import alert as alert_screen
from bot.slack.voice import Voice
from knowledge.loading import Knowledge
from knowledge.texts import Text
from provisioning.store.retention import NOT_KEPT
from tests.bot.alerts.alert_builders import MONDAY, raised
from tests.bot.app_fixtures import CARYS, PRYS, words
from tests.builders import GLAN


@pytest.fixture
def voice(everything: Knowledge) -> Voice:
    return Voice(everything.catalogue, "en")


def test_a_run_that_failed_is_not_said_to_have_failed_once_it_is_put_right(voice: Voice) -> None:
    mended = raised(RUN_FAILED, resolved_at=MONDAY)
    said = alert_screen(mended, GLAN, voice, MONDAY.date(), {}, to=CARYS).text
    assert said.startswith("Glan High: The client has run successfully again – put right by ")


def test_an_alert_says_no_more_than_its_title_where_it_knows_no_more(voice: Voice) -> None:
    said = words(alert_screen(raised("staff-complete"), GLAN, voice, MONDAY.date(), {}, to=CARYS).blocks)
    assert said.count("2 staff records still can't be used") == 1
    assert "2 staff records can't be used" not in said
    shared = raised("staff-complete", text=Text("step.staff-complete.incomplete", {"count": 2, "shared": 1}))
    said = words(alert_screen(shared, GLAN, voice, MONDAY.date(), {}, to=CARYS).blocks)
    assert "2 staff records can't be used, 1 of them because of a shared staff code." in said


def test_after_rollover_week_an_alert_cannot_be_put_off_until_after_it(voice: Voice) -> None:
    shown = alert_screen(raised("staff-complete"), GLAN, voice, MONDAY.date(), {}, to=CARYS)
    later = alert_screen(raised("staff-complete"), GLAN, voice, MONDAY.date(), {}, to=CARYS, week_over=True)
    assert "Until after rollover week" in str(shown.blocks)
    assert "Until after rollover week" not in str(later.blocks)
    assert "Until the office opens tomorrow" in str(later.blocks)


@pytest.mark.parametrize("by", [None, NOT_KEPT], ids=["before that was kept", "erased since"])
def test_of_a_hand_over_whose_user_is_not_kept_only_the_holder_is_told(voice: Voice, by: str | None) -> None:
    taken = raised(handed_to=PRYS, handed_by=by)
    shown = words(alert_screen(taken, GLAN, voice, MONDAY.date(), {}, to=CARYS).blocks)
    assert f"Handed over to <@{PRYS}>" in shown
    assert "> by " not in shown

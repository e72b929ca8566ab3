"""What is sent: each letter with the token of its own workspace, and nothing of one with the other's."""

import json

import pytest
from sqlalchemy import select

from bot.alerts.engine import step
from bot.alerts.monitor import AlertMonitor, save_and_notify
from bot.desk import access, store, week_store
from bot.outbox import letters, recall
from bot.outbox import trouble as outbox_trouble
from bot.outbox.letters import Letter
from bot.outbox.sending import Sender
from bot.outbox.tables import OutboxRow
from bot.people import permissions
from bot.people.leavers import Leavers
from bot.people.permissions import Grant, Role
from bot.runs.letters import announce
from bot.service.features import LETTER_KINDS
from bot.slack.edges import ForeignAddressError
from bot.watches import store as watches
from bot.watches.checker import WatchChecker
from bot.watches.watch import Watch
from knowledge.ids import Question
from provisioning.runs.school_run import provision
from slack_workspace.troubles import Fate, Trouble
from tests.bot.alerts.alert_builders import MONDAY, fact
from tests.bot.app_fixtures import CARYS, DAI, ELIS, HELP, NIA, PRYS, SEREN, words
from tests.bot.several.two_workspaces import FIRST, SECOND, Two
from tests.builders import BRYN, GLAN, NOW, SCHOOLS

SECRETS = {FIRST: ("Glan", "6809903", SEREN.upn, "Blodeuwedd"), SECOND: ("Bryn", "6819902", "Tegid")}
"""What is of the schools that each workspace serves."""


def deliver(two: Two) -> None:
    """Send every letter that is due."""
    Sender(two.services, two.first.app.client, LETTER_KINDS).deliver()


def trouble(to: str, about: str = "C0GONE") -> Letter:
    """A letter to an administrator."""
    return Letter(
        f"trouble:{about}:{to}",
        to,
        outbox_trouble.TROUBLE.write(outbox_trouble.Trouble(about, "is_archived")),
        any_time=True,
    )


def put(two: Two, *found: Letter) -> None:
    two.services.database.write(lambda session: letters.put(session, found, NOW))


def kept(two: Two) -> dict[str, str | None]:
    """The letters by their keys, each with why it was given up."""
    with two.services.database.reading() as session:
        return {row.key: row.given_up_because for row in session.scalars(select(OutboxRow))}


def require_apart(two: Two) -> None:
    """Nothing of a workspace's schools was sent with the other's token, nor any key of an address."""
    for team, other in ((FIRST, SECOND), (SECOND, FIRST)):
        sent = two.sent(team)
        assert not [secret for secret in (*SECRETS[other], f"{other}/") if secret in sent], team


def test_a_days_work_in_both_is_sent_apart(two: Two) -> None:
    for room, school in ((two.first, GLAN), (two.second, BRYN)):
        room.run(CARYS, f"missing {school.number}")
        room.run(CARYS, "run")
        room.open_home(CARYS)
        room.run(NIA, "desk")
        room.run(PRYS, "grants")
        room.say(CARYS, "why is somebody missing?")
    two.first.run(CARYS, f"why-missing {SEREN.upn}")
    AlertMonitor(two.services).evaluate_if_due()
    announce(two.services)
    deliver(two)
    for team in (FIRST, SECOND):
        assert two.sent(team, "chat.postMessage")
        assert two.sent(team, "views.publish")
    require_apart(two)


def test_alerts_of_a_school_are_told_in_its_workspace(two: Two) -> None:
    with two.services.database.writing() as session:
        for school in (GLAN, BRYN):
            (alert,) = step((), [fact(school=school.number)], MONDAY)
            save_and_notify(session, alert, SCHOOLS, MONDAY)
    with two.services.database.reading() as session:
        told = {
            (row.to.partition("/")[0], str(json.dumps(row.payload)))
            for row in session.scalars(select(OutboxRow))
        }
    assert {team for team, _ in told} == {FIRST, SECOND}
    for team, payload in told:
        other = SECOND if team == FIRST else FIRST
        assert not [secret for secret in SECRETS[other] if secret in payload]


def test_a_letter_reaches_the_user_of_its_workspace_alone(two: Two) -> None:
    put(two, trouble(f"{SECOND}/{PRYS}"))
    deliver(two)
    assert "C0GONE" in words(two.second.server.person(PRYS).messages()[-1]["blocks"])
    assert two.first.server.person(PRYS).messages() == []


def test_trouble_is_told_to_the_administrators_where_it_is(two: Two) -> None:
    put(
        two,
        trouble(f"{SECOND}/{PRYS}", "C0FAR"),
        Letter("doomed", f"{SECOND}/C0NOWHERE", trouble("x").payload),
    )
    deliver(two)
    deliver(two)
    assert [key for key in kept(two) if key.startswith("trouble:")] == [
        f"trouble:C0FAR:{SECOND}/{PRYS}",
        f"trouble:{SECOND}/C0NOWHERE:{SECOND}/{PRYS}",
    ]
    assert "C0NOWHERE" in words(two.second.server.person(PRYS).messages()[-1]["blocks"])


def test_trouble_in_one_workspace_holds_up_no_letter_of_the_other(two: Two) -> None:
    two.second.server.meet_next("chat.postMessage", Fate(Trouble.DOWN, carried_out=False))
    put(two, trouble(f"{SECOND}/{PRYS}"), trouble(f"{SECOND}/{PRYS}", "C0FAR"), trouble(f"{FIRST}/{PRYS}"))
    deliver(two)
    assert len(two.first.server.person(PRYS).messages()) == 1
    assert two.second.server.person(PRYS).messages() == []


def test_trouble_in_one_workspace_lets_leavers_keep_no_role_in_the_other(two: Two) -> None:
    """More users of the second are to be checked, and before, than are asked about at once."""
    two.second.grant(
        *(Grant(f"{SECOND}/U0{number}", Role.DIGITAL_CHAMPION, BRYN.number) for number in range(30))
    )
    two.forget(SECOND)
    two.first.live.workspace.traits[CARYS] = {"deleted": True}
    Leavers(two.services.database, two.services.clock).check(two.first.app.client)
    with two.services.database.reading() as session:
        assert f"{FIRST}/{CARYS}" not in {grant.user for grant in permissions.every(session)}


def test_a_message_is_edited_where_it_was_posted(two: Two) -> None:
    put(two, trouble(f"{SECOND}/{PRYS}"))
    deliver(two)
    with two.services.database.writing() as session:
        for row in session.scalars(select(OutboxRow)):
            assert row.channel is not None
            assert row.channel.startswith(f"{SECOND}/D")
    two.first.take_away(f"{SECOND}/{PRYS}")
    two.services.database.write(lambda session: recall.put(session, f"{SECOND}/{PRYS}", NOW))
    deliver(two)


def test_a_watch_tells_the_user_who_set_it(two: Two) -> None:
    for team in (FIRST, SECOND):
        watch = Watch(f"{team}/{CARYS}", GLAN.number, Question.WHY_MISSING, SEREN.upn, "never-run", NOW)
        two.services.database.write(lambda session, watch=watch: watches.start(session, watch))
    provision(two.services.provisioning, GLAN.number, started_by="test")
    WatchChecker(two.services).check()
    deliver(two)
    assert two.first.server.person(CARYS).messages()
    assert SEREN.upn not in two.sent(SECOND)
    require_apart(two)


def test_a_case_is_told_in_the_desks_channel_only_where_its_workspace_serves_the_school(two: Two) -> None:
    two.first.run(NIA, f"triage {SEREN.upn} is missing")
    two.second.run(NIA, f"triage somebody is missing at {BRYN.number}")
    deliver(two)
    with two.services.database.reading() as session:
        to = {row.to for row in session.scalars(select(OutboxRow).where(OutboxRow.key.startswith("case:")))}
    assert to == {f"{FIRST}/{HELP}"}
    require_apart(two)
    assert "Bryn" not in words(two.first.run(NIA, "desk"))


def test_the_desks_week_counts_the_cases_of_the_schools_that_are_served(two: Two) -> None:
    monday = NOW.date()
    two.first.run(NIA, f"triage {SEREN.upn} is missing")
    with two.services.database.reading() as session:
        own = week_store.figures(session, monday, f"{FIRST}/{HELP}")
        others = week_store.figures(session, monday, f"{SECOND}/{HELP}")
    assert own.lines
    assert not others.lines


def test_a_case_can_be_handed_to_nobody_of_another_workspace(two: Two) -> None:
    two.first.grant(Grant(f"{SECOND}/{ELIS}", Role.SERVICE_DESK, "680"))
    two.first.run(NIA, f"triage {SEREN.upn} is missing")
    with two.services.database.reading() as session:
        case = store.get(session, 1)
        reader = permissions.caller(session, f"{SECOND}/{ELIS}", NOW.date())
        assert not access.works_on(session, reader, case)


def test_a_client_of_one_workspace_refuses_an_address_of_the_other(two: Two) -> None:
    client = two.first.app.client.of(FIRST)  # type: ignore[attr-defined]
    with pytest.raises(ForeignAddressError):
        client.chat_postMessage(channel=f"{SECOND}/{HELP}", text="x")
    with pytest.raises(ForeignAddressError):
        client.users_info(user=f"{SECOND}/{DAI}")
    assert not two.sent(FIRST)


def test_a_call_that_names_no_workspace_is_refused(two: Two) -> None:
    with pytest.raises(ForeignAddressError):
        two.first.app.client.chat_postMessage(channel=HELP, text="x")

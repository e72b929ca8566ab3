"""The app installed at its pages, by workspaces and organisations; its tokens; and taken away again."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import select
from starlette.applications import Starlette

from bot.outbox.letters import UNINSTALLED
from bot.people import audit, permissions, workspaces
from bot.people.audit import AuditFilter
from bot.people.granting import RoleAuditAction
from bot.service.installing import INSTALL, REDIRECT, authorize_url, install_routes
from bot.service.uninstalling import ACTION, end
from bot.slack.installations import Installations
from bot.slack.tables import BOTS, INSTALLATIONS, STATES
from provisioning.clock import uk_date
from tests.bot.app_fixtures import CARYS, HELP, NIA, PRYS, Json, words
from tests.bot.several.browser import Browser
from tests.bot.several.test_sent_apart import deliver, kept, put, trouble
from tests.bot.several.two_workspaces import CLIENT_ID, FIRST, SECOND, Two
from tests.builders import NOW

ORGANISATION, SISTER = "E0ORG", "T0SISTER"


@pytest.fixture
def browser(two: Two) -> Browser:
    """A browser that follows no redirection by itself."""
    app = Starlette(routes=install_routes(two.services, two.installations))
    return Browser(app)


def begun(two: Two, browser: Browser) -> str:
    """Begin an installation; the state that the browser is sent to Slack with."""
    sent = browser.get(INSTALL)
    assert sent.status == 302
    slack = two.gateway.url.removesuffix("/api/")
    assert sent.headers["location"].startswith(f"{slack}/oauth/v2/authorize?")
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    assert "chat:write" in asked["scope"][0]
    (state,) = re.findall(r"state=([0-9a-f-]+)", sent.headers["location"])
    return str(state)


def granted(two: Two, team: str = "T0NEW", **more: object) -> None:
    """What Slack answers of a workspace whose administrator has agreed."""
    two.gateway.answers["oauth.v2.access"] = {
        "ok": True,
        "app_id": "A1",
        "access_token": "xoxb-new",
        "bot_user_id": "U0NEWBOT",
        "scope": "commands",
        "team": {"id": team, "name": "New <b>"},
        "enterprise": None,
        "authed_user": {"id": NIA},
        "is_enterprise_install": False,
    } | more
    two.gateway.answers["auth.test"] = {"ok": True, "bot_id": "B0NEW", "url": "https://new.slack.com/"}


def test_a_workspace_installs_the_app_and_serves_nothing_yet(two: Two, browser: Browser) -> None:
    state = begun(two, browser)
    granted(two)
    done = browser.get(REDIRECT, code="c0de", state=state)
    assert done.status == 200
    assert "Hwb is installed in New &lt;b&gt;." in done.text
    assert 'lang="cy"' in done.text
    bot = two.installations.bot("T0NEW")
    assert bot is not None
    assert (bot.bot_token, bot.bot_id) == ("xoxb-new", "B0NEW")
    with two.services.database.reading() as session:
        assert workspaces.served_by(session, "T0NEW") == frozenset()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda asked: asked | {"state": "another"}, "invalid_browser"),
        (lambda asked: {"code": "c0de"}, "invalid_browser"),
        (lambda asked: {"state": asked["state"]}, "missing_code"),
        (lambda asked: {"error": "access_denied"}, "access_denied"),
        (lambda asked: {"error": "<script>alert(1)</script>"}, "unknown"),
    ],
    ids=["another state", "no state", "no code", "the administrator has not agreed", "foreign words"],
)
def test_what_does_not_come_from_the_same_browser_and_slack_installs_nothing(
    two: Two, browser: Browser, change: object, why: str
) -> None:
    asked = {"code": "c0de", "state": begun(two, browser)}
    granted(two)
    done = browser.get(REDIRECT, **change(asked))  # type: ignore[operator]
    assert f"was not installed ({why})" in done.text
    assert "<script>" not in done.text
    assert two.installations.bot("T0NEW") is None


def test_a_state_is_good_once(two: Two, browser: Browser) -> None:
    state = begun(two, browser)
    granted(two)
    cookies = dict(browser.cookies)
    browser.get(REDIRECT, code="c0de", state=state)
    two.forget("T0NEW")
    browser.cookies |= cookies
    again = browser.get(REDIRECT, code="c0de", state=state)
    assert again.status == 401
    assert two.installations.bot("T0NEW") is None


def test_a_state_that_is_over_is_forgotten(two: Two, browser: Browser) -> None:
    with two.services.database.writing() as session:
        session.execute(STATES.insert().values(state="old", expire_at=NOW.replace(year=2020, tzinfo=None)))
    begun(two, browser)
    with two.services.database.reading() as session:
        assert "old" not in session.scalars(select(STATES.c.state)).all()


def test_slacks_failure_is_a_page_and_nothing_is_installed(two: Two, browser: Browser) -> None:
    state = begun(two, browser)
    two.gateway.answers["oauth.v2.access"] = {"ok": False, "error": "invalid_code"}
    done = browser.get(REDIRECT, code="c0de", state=state)
    assert "was not installed (invalid_code)" in done.text


def organisation(two: Two, **more: object) -> None:
    """Install the app for all workspaces of an organisation."""
    two.installations.store.save(
        Installation(
            app_id="A1",
            enterprise_id=ORGANISATION,
            bot_token=two.second.server.bot_token,
            bot_id="B0HWB",
            bot_user_id="U0HWB",
            user_id=NIA,
            is_enterprise_install=True,
            installed_at=1.0,
        )
    )
    two.installations.forget()


def test_a_workspace_of_an_organisation_is_found_by_the_organisation(two: Two) -> None:
    organisation(two)
    assert two.installations.bot(SISTER) is None
    found = two.installations.bot(SISTER, ORGANISATION)
    assert found is not None
    with two.services.database.writing() as session:
        workspaces.leave(session, SECOND)
        workspaces.serve(session, SISTER, ["681"], ORGANISATION)
    two.installations.forget()
    assert two.installations.bot(SISTER) is not None, "for letters, which no request names"


def test_a_workspaces_own_installation_goes_before_its_organisations(two: Two) -> None:
    organisation(two)
    found = two.installations.bot(FIRST, ORGANISATION)
    assert found is not None
    assert found.bot_token == two.first.server.bot_token


def test_a_user_of_an_organisation_is_answered_in_the_workspace_where_they_act(two: Two) -> None:
    organisation(two)
    two.forget(SECOND)
    command: Json = {
        "command": "/hwb",
        "text": "help",
        "user_id": CARYS,
        "team_id": SECOND,
        "enterprise_id": ORGANISATION,
        "is_enterprise_install": "true",
        "channel_id": HELP,
        "response_url": two.second.live.responses.url(CARYS, HELP),
        "trigger_id": "1.2",
    }
    two.second.deliver("slash_commands", command)
    assert "I carry out" in words(two.second.server.person(CARYS).messages(HELP))
    with two.services.database.reading() as session:
        assert {record.who for record in audit.read(session, AuditFilter())} == {f"{SECOND}/{CARYS}"}


def test_a_token_that_ends_soon_is_renewed_once(two: Two) -> None:
    spec = two.second.server.workspace.spec
    two.installations.store.save(
        Installation(
            app_id=spec.bot.app_id,
            team_id=SECOND,
            bot_token="xoxe.xoxb-old",
            bot_refresh_token="xoxe-1",
            bot_token_expires_at=int(time.time()) + 60,
            bot_id=spec.bot.bot_id,
            bot_user_id=spec.bot.user_id,
            user_id=NIA,
            installed_at=2.0,
        )
    )
    two.gateway.answers["oauth.v2.access"] = {
        "ok": True,
        "app_id": spec.bot.app_id,
        "access_token": two.second.server.bot_token,
        "refresh_token": "xoxe-2",
        "expires_in": 43_200,
        "token_type": "bot",
        "team": {"id": SECOND},
    }
    put(two, trouble(f"{SECOND}/{PRYS}"), trouble(f"{SECOND}/{PRYS}", "C0FAR"))
    deliver(two)
    renewed = [body for _, method, body in two.gateway.calls if method == "oauth.v2.access"]
    assert len(renewed) == 1
    assert len(two.second.server.person(PRYS).messages()) == 2


def test_a_token_that_can_not_be_renewed_is_used_until_its_end(two: Two) -> None:
    installations = Installations(two.services.database, two.services.settings)
    two.installations.store.save(
        Installation(
            app_id="A1",
            team_id="T0OLD",
            bot_token="xoxe.xoxb-old",
            bot_refresh_token="xoxe-1",
            bot_token_expires_at=int(time.time()) + 60,
            user_id=NIA,
            installed_at=1.0,
        )
    )
    two.gateway.answers["oauth.v2.access"] = {"ok": False, "error": "invalid_refresh_token"}
    found = installations.bot("T0OLD")
    assert found is not None
    assert found.bot_token == "xoxe.xoxb-old"


# ---- The app is taken away.


def gone(two: Two, event: Json | None = None, event_time: int = 2) -> None:
    """Tell the app that the second workspace has taken it away."""
    payload = {
        "type": "event_callback",
        "event": event or {"type": "app_uninstalled"},
        "team_id": SECOND,
        "event_id": "Ev0GONE",
        "event_time": event_time,
    }
    two.second.deliver("events_api", payload)


def roles(two: Two, user: str) -> int:
    with two.services.database.reading() as session:
        return len(permissions.caller(session, user, uk_date(NOW)).grants)


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U0HWB"], "oauth": []}}],
    ids=["uninstalled", "its token revoked"],
)
def test_with_the_app_go_roles_letters_and_tokens_of_that_workspace_alone(two: Two, event: Json) -> None:
    put(two, trouble(f"{SECOND}/{PRYS}"), trouble(f"{FIRST}/{PRYS}"))
    gone(two, event)
    assert roles(two, f"{SECOND}/{CARYS}") == 0
    assert roles(two, f"{FIRST}/{CARYS}") == 1
    assert kept(two)[f"trouble:C0GONE:{SECOND}/{PRYS}"] == UNINSTALLED
    assert kept(two)[f"trouble:C0GONE:{FIRST}/{PRYS}"] is None
    assert two.installations.bot(SECOND) is None
    with two.services.database.reading() as session:
        assert not session.execute(select(INSTALLATIONS).where(INSTALLATIONS.c.team_id == SECOND)).all()
        assert not session.execute(select(BOTS).where(BOTS.c.team_id == SECOND)).all()
        assert workspaces.served_by(session, SECOND) == frozenset()
        recorded = [(record.action, record.subject) for record in audit.read(session, AuditFilter())]
    assert (ACTION, SECOND) in recorded
    assert [action for action, _ in recorded].count(RoleAuditAction.ENDED) == 3
    calls = len(two.gateway.calls)
    deliver(two)
    assert {team for team, _, _ in two.gateway.calls[calls:]} == {FIRST}
    told = words(two.first.server.person(NIA).messages(HELP))
    assert f"The workspace {SECOND} no longer has the app: 3 roles have ended and 1 waiting letter" in told


def test_what_slack_tells_twice_at_once_is_noted_once(two: Two) -> None:
    for event in ("tokens_revoked", "app_uninstalled"):  # both were let in before either was carried out
        body = {"type": "event_callback", "event": {"type": event}, "team_id": SECOND, "event_time": 2}
        end(two.services, two.installations, body)
    with two.services.database.reading() as session:
        recorded = [record.action for record in audit.read(session, AuditFilter())]
    assert recorded.count(ACTION) == 1


def test_a_users_own_token_that_is_revoked_ends_nothing(two: Two) -> None:
    gone(two, {"type": "tokens_revoked", "tokens": {"oauth": [CARYS]}})
    assert roles(two, f"{SECOND}/{CARYS}") == 1


def test_installed_anew_nothing_comes_back_by_itself(two: Two) -> None:
    put(two, trouble(f"{SECOND}/{PRYS}"))
    gone(two)
    two.install(two.second, installed_at=3.0)
    deliver(two)
    put(two, trouble(f"{SECOND}/{PRYS}"))
    deliver(two)
    assert two.second.server.person(PRYS).messages() == []
    assert "I answer people who have a role" in words(two.second.answer(CARYS, "missing"))


def test_an_old_event_ends_no_newer_installation(two: Two) -> None:
    two.install(two.second, installed_at=5.0)
    gone(two, event_time=2)
    assert roles(two, f"{SECOND}/{CARYS}") == 1


def test_an_organisation_takes_the_app_away_in_all_its_workspaces(two: Two) -> None:
    organisation(two)
    two.forget(SECOND)
    with two.services.database.writing() as session:
        workspaces.serve(session, SECOND, ["681"], ORGANISATION)
    event = {
        "type": "event_callback",
        "event": {"type": "app_uninstalled"},
        "enterprise_id": ORGANISATION,
        "is_enterprise_install": True,
        "event_id": "Ev0ORG",
        "event_time": 2,
    }
    two.second.deliver("events_api", event)
    assert roles(two, f"{SECOND}/{CARYS}") == 0
    assert roles(two, f"{FIRST}/{CARYS}") == 1


def out_of_reach(two: Two, *teams: str, event_time: int = 2) -> None:
    """Tell the app that its organisation has taken it out of some workspaces, as Slack writes it."""
    event = {
        "type": "event_callback",
        "event": {"type": "team_access_revoked", "team_ids": list(teams)},
        "team_id": None,
        "enterprise_id": ORGANISATION,
        "event_id": f"Ev0OUT{event_time}",
        "event_time": event_time,
    }
    two.second.deliver("events_api", event)


def test_an_organisation_takes_the_app_out_of_one_workspace_and_keeps_it_in_the_others(two: Two) -> None:
    organisation(two)
    two.forget(SECOND)
    with two.services.database.writing() as session:
        workspaces.serve(session, SECOND, ["681"], ORGANISATION)
    out_of_reach(two, SISTER, event_time=3)
    assert roles(two, f"{SECOND}/{CARYS}") == 1
    out_of_reach(two, SECOND)
    assert roles(two, f"{SECOND}/{CARYS}") == 0
    assert roles(two, f"{FIRST}/{CARYS}") == 1
    assert two.installations.bot(SISTER, ORGANISATION) is not None
    with two.services.database.reading() as session:
        recorded = [(record.action, record.subject) for record in audit.read(session, AuditFilter())]
    assert [subject for action, subject in recorded if action == ACTION] == [SECOND]
    deliver(two)
    assert f"The workspace {SECOND} no longer has the app" in words(
        two.first.server.person(NIA).messages(HELP)
    )


def test_a_workspace_that_has_installed_the_app_by_itself_keeps_it(two: Two) -> None:
    organisation(two)
    out_of_reach(two, SECOND)
    assert roles(two, f"{SECOND}/{CARYS}") == 1


def test_an_organisation_that_has_installed_the_app_anew_since_keeps_it(two: Two) -> None:
    organisation(two)
    two.forget(SECOND)
    out_of_reach(two, SECOND, event_time=0)
    assert roles(two, f"{SECOND}/{CARYS}") == 1


def test_the_client_id_is_the_one_of_the_settings(two: Two) -> None:
    assert two.installations.client_id == CLIENT_ID
    assert {bot.team_id for bot in two.installations.every()} == {FIRST, SECOND}


def test_administrators_are_sent_to_the_slack_whose_web_api_is_called() -> None:
    assert authorize_url("https://slack.com/api/") == "https://slack.com/oauth/v2/authorize"
    assert authorize_url("http://127.0.0.1:3000/api/") == "http://127.0.0.1:3000/oauth/v2/authorize"

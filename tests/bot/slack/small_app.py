"""A Bolt app with a command and an event, which has no Slack to ask."""

from collections.abc import Callable
from concurrent.futures import Executor

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult

from bot.slack.after_ack import AfterAck
from tests.bot.app_fixtures import Json

COMMAND: Json = {"command": "/hwb", "text": "", "user_id": "U1", "channel_id": "C1", "team_id": "T1"} | {
    "response_url": "http://127.0.0.1:9/",
    "trigger_id": "1.2",
}
EVENT: Json = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1"} | {
    "event": {"type": "app_home_opened", "user": "U1", "tab": "home"}
}


def small_app(done: list[str], workers: Executor, *, before_ack: Callable[[], object] = lambda: None) -> App:
    """The app, which writes what it has `done`; `before_ack` is called before each acknowledgement."""

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="UB", bot_token="xoxb-1")

    app = App(
        name="small",
        authorize=authorize,
        signing_secret="not used",
        process_before_response=True,
        listener_executor=AfterAck(workers),
        raise_error_for_unhandled_request=True,
    )

    def acknowledge(ack: Ack) -> None:
        done.append("ack")
        before_ack()
        ack()

    def work() -> None:
        done.append("work")

    app.command("/hwb")(ack=acknowledge, lazy=[work])
    app.event("app_home_opened")(ack=acknowledge, lazy=[work])
    return app

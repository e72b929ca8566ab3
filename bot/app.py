"""The Slack app: Bolt built from services and a token, the same for Slack and for the trial workspace."""

from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

from bot.bootstrap import Services
from bot.listeners import register
from bot.listeners.turn import Bot
from bot.people import People
from bot.work import Work
from provisioning.errors import KnownError

_LISTENERS = 8
"""Threads for listeners: Bolt's own default of 5 leaves some never acknowledged in a rush."""


def build_app(services: Services, work: Work, *, token: str, api_url: str) -> App:
    """The app with all its listeners; a token that Slack doesn't take raises `KnownError`."""
    client = WebClient(
        token=token,
        base_url=api_url,
        retry_handlers=[ConnectionErrorRetryHandler(), RateLimitErrorRetryHandler(max_retry_count=2)],
    )
    try:
        # Acknowledge, then work in a lazy function: Bolt's default way polls for the acknowledgement.
        app = App(
            client=client,
            process_before_response=True,
            listener_executor=ThreadPoolExecutor(_LISTENERS, thread_name_prefix="hwb-listener"),
        )
    except BoltError:
        raise KnownError("slack-token", variable="SLACK_BOT_TOKEN", start="xoxb-") from None
    register(app, Bot(services, People(services.database), work))
    return app

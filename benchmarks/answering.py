"""One of the two apps that `benchmarks/answers.py` measures, in a process of its own."""

import os
import sys
from pathlib import Path

from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.service.bootstrap import knowledge, services
from bot.service.connected import connected_bot
from bot.settings import Settings
from bot.trial.county import STANDS_AT
from provisioning.clock import MovableClock

BOT, EMPTY = "bot", "empty"


def settings_in(folder: Path) -> Settings:
    """Return the settings of a county that has its database and extracts in `folder`."""
    return Settings(
        database_url=f"sqlite:///{folder / 'hwb.sqlite3'}", extracts=folder / "extracts", directory="own"
    )


def bot(folder: Path, bot_token: str, app_token: str, api_url: str) -> None:
    """Connect the real bot with the county in `folder`, until standard input ends."""
    with (
        services(settings_in(folder), MovableClock(STANDS_AT), knowledge()) as built,
        connected_bot(built, bot_token=bot_token, app_token=app_token, api_url=api_url),
    ):
        sys.stdin.read()


def empty(_folder: Path, bot_token: str, app_token: str, api_url: str) -> None:
    """Connect an app with a single handler, which acknowledges and answers, until standard input ends."""
    # As in the bot: by default Bolt looks for the acknowledgement every ten milliseconds.
    app = App(name="bare", client=WebClient(bot_token, api_url), process_before_response=True)

    def acknowledge(ack: Ack) -> None:
        ack()

    def answer(respond: Respond) -> None:
        respond("An answer.")

    app.command("/hwb")(ack=acknowledge, lazy=[answer])
    SocketModeHandler(app, app_token).connect()  # type: ignore[no-untyped-call]
    sys.stdin.read()
    os._exit(0)  # its client takes seconds to close


if __name__ == "__main__":
    {BOT: bot, EMPTY: empty}[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])

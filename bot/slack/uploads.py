"""Files: sent to a user in a direct message, or into a conversation."""

from dataclasses import dataclass

from slack_sdk import WebClient

from bot.slack.blocks import escape
from knowledge.visible import one_line


@dataclass(frozen=True)
class Document:
    """A file with its title; `alt` is its description for screen readers."""

    name: str
    title: str
    alt: str
    content: bytes


def send_to_user(client: WebClient, user: str, document: Document) -> None:
    """Send a file in a direct message to `user`; Slack's refusals raise `SlackApiError`."""
    attach(client, str(client.conversations_open(users=user)["channel"]["id"]), document)


def attach(client: WebClient, channel: str, document: Document, thread: str | None = None) -> None:
    """Send a file into a conversation, or the thread of a message there; never a file about people."""
    client.files_upload_v2(
        channel=channel,
        thread_ts=thread,
        content=document.content,
        filename=one_line(document.name),
        title=one_line(document.title),
        alt_txt=one_line(document.alt),
        initial_comment=escape(one_line(document.title)),
    )

"""Files for one person: made here, handed over in a direct message and never in a channel."""

from dataclasses import dataclass

from slack_sdk import WebClient


@dataclass(frozen=True)
class Document:
    """A file with its title, and what a screen reader says of it."""

    name: str
    title: str
    alt: str
    content: bytes


def hand_over(client: WebClient, user: str, document: Document) -> None:
    """Put a file into the direct messages of a user; Slack's refusals are `SlackApiError`."""
    attach(client, str(client.conversations_open(users=user)["channel"]["id"]), document)


def attach(client: WebClient, channel: str, document: Document, thread: str | None = None) -> None:
    """Put a file into a conversation, or into the thread of a message there; for counts, never for people."""
    client.files_upload_v2(
        channel=channel,
        thread_ts=thread,
        content=document.content,
        filename=document.name,
        title=document.title,
        alt_txt=document.alt,
        initial_comment=document.title,
    )

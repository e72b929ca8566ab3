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
    channel = client.conversations_open(users=user)["channel"]["id"]
    client.files_upload_v2(
        channel=channel,
        content=document.content,
        filename=document.name,
        title=document.title,
        alt_txt=document.alt,
        initial_comment=document.title,
    )

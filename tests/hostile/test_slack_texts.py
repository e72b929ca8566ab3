"""What a record says never becomes a link, a mention or a line of the bot's, outside blocks either."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.service import bootstrap
from bot.slack.blocks import Screen, escape, section
from bot.slack.fit import as_message
from bot.slack.replies import InDirectMessage
from bot.slack.uploads import Document, attach, send_to_user
from bot.slack.voice import Voice
from slack_workspace import WorkspaceServer
from tests.hostile.patterns import modules
from tests.slack_workspace.workspace_fixtures import ANN, GENERAL, client_of, demo_spec
from tests.tried import Tried

CLASSES = (
    "<https://evil.example|5A>",
    "<!channel> 5A",
    "<@U0ANN> 5A",
    "5A & <mailto:x@evil.example|B>",
    "5A\n*Hwb:* <https://evil.example|press here>",
)
"""Classes as a school may name them."""
SENDS = {"chat_postMessage", "chat_postEphemeral", "chat_update", "respond", "_respond"}
PASS_ON = {"bot.slack.uploads", "bot.slack.workspace_client"}
"""Modules that hand on the words that others have made."""
BY_HAND = {"text", "blocks", "attachments", "initial_comment", "markdown_text"}


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(demo_spec()) as running:
        yield running


@pytest.mark.integration
@pytest.mark.parametrize("name", CLASSES)
def test_the_words_with_a_file_are_escaped(server: WorkspaceServer, name: str, tried: Tried) -> None:
    document = Document("missing.csv", f"Missing in {name}", f"Missing in {name}", b"x")
    attach(client_of(server), GENERAL, document)
    send_to_user(client_of(server), ANN, document)
    for sent in server.calls("files.completeUploadExternal")[-2:]:
        assert "<" not in str(sent["initial_comment"])
        assert "\n" not in str(sent["initial_comment"])
        assert "&lt;" in str(sent["initial_comment"])
    assert "\n" not in str(server.calls("files.getUploadURLExternal")[-1])
    tried("markup in texts outside blocks", 2)


@pytest.mark.integration
@pytest.mark.parametrize("name", CLASSES)
def test_the_text_of_a_message_is_escaped_and_opens_no_pages(
    server: WorkspaceServer, name: str, tried: Tried
) -> None:
    voice = Voice(bootstrap.knowledge().catalogue, "en")
    said = voice.plain("error.file-not-opened", file=name, why=name)
    assert "<" not in as_message(Screen(said, [section(escape(said))]), voice)["text"]
    InDirectMessage(client_of(server), {"channel": GENERAL}).show(
        Screen(said, [section(escape(said))]), voice
    )
    sent = server.calls("chat.postMessage")[-1]
    assert "<" not in sent["text"]
    assert "\n" not in sent["text"]
    assert str(sent["unfurl_links"]).casefold() in ("0", "false")
    tried("markup in texts outside blocks", 2)


def test_no_call_words_a_message_by_hand() -> None:
    """Every text goes through `as_message`, which escapes it; files go through `attach`."""
    found = {
        f"{module.__name__}: {node.func.attr}"
        for module in modules()
        if module.__name__.startswith("bot.") and module.__name__ not in PASS_ON
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr in SENDS and any(word.arg in BY_HAND for word in node.keywords))
            or node.func.attr.startswith("files_")
        )
    }
    assert not found

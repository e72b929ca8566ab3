"""Elements, menus and forms on the page of the local workspace: what the app hears of each."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from slack_workspace import WorkspaceServer
from tests.browser.all_blocks import FEEDBACK, TABLE
from tests.browser.workspace_pages import messages, visit
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    GENERAL,
    STAFF,
    RawApp,
    client_of,
    demo_spec,
    form,
)

pytestmark = [pytest.mark.integration, pytest.mark.browser]


@pytest.fixture
def by_hand() -> Iterator[RawApp]:
    with WorkspaceServer(demo_spec()) as running, RawApp(running) as app:
        yield app


def option(name: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": name}, "value": name.lower()}


OPTIONS = [option("One"), option("Two")]

# element: how a person uses it, and what the app then hears
USED: dict[str, tuple[dict[str, Any], Callable[[Locator], Any], dict[str, Any]]] = {
    "static_select": (
        {"options": OPTIONS},
        lambda row: row.get_by_role("combobox").select_option("Two"),
        {"selected_option": OPTIONS[1]},
    ),
    "users_select": (
        {},
        lambda row: row.get_by_role("combobox").select_option("Bob Rees"),
        {"selected_user": BOB},
    ),
    "channels_select": (
        {},
        lambda row: row.get_by_role("combobox").select_option("#staff"),
        {"selected_channel": STAFF},
    ),
    "datepicker": (
        {"initial_date": "2026-09-01"},
        lambda row: row.locator("input").fill("2026-09-02"),
        {"selected_date": "2026-09-02"},
    ),
    "timepicker": ({}, lambda row: row.locator("input").fill("06:30"), {"selected_time": "06:30"}),
    "radio_buttons": (
        {"options": OPTIONS},
        lambda row: row.get_by_role("radio", name="Two").check(),
        {"selected_option": OPTIONS[1]},
    ),
    "checkboxes": (
        {"options": OPTIONS, "initial_options": [OPTIONS[0]]},
        lambda row: row.get_by_role("checkbox", name="Two").check(),
        {"selected_options": OPTIONS},
    ),
    "multi_users_select": (
        {"initial_users": [ANN]},
        lambda row: row.get_by_role("checkbox", name="Bob Rees").check(),
        {"selected_users": [ANN, BOB]},
    ),
    "multi_conversations_select": (
        {},
        lambda row: row.get_by_role("checkbox", name="#staff").check(),
        {"selected_conversations": [STAFF]},
    ),
}


@pytest.mark.parametrize("kind", USED)
def test_app_hears_what_was_chosen(page: Page, by_hand: RawApp, word: str, kind: str) -> None:
    more, use, heard = USED[kind]
    elements = [{"type": kind, "action_id": "it"} | more]
    blocks = [
        {"type": "section", "text": {"type": "plain_text", "text": word}},
        {"type": "actions", "block_id": "row", "elements": elements},
    ]
    client_of(by_hand.server).chat_postMessage(channel=GENERAL, text=word, blocks=blocks)
    visit(page, by_hand.server, ANN, GENERAL)
    use(messages(page, word))
    payload = acknowledged(by_hand)
    (action,) = payload["actions"]
    assert heard.items() <= action.items()
    assert payload["state"]["values"] == {"row": {"it": {"type": kind, **heard}}}


def test_app_hears_of_an_overflow_menu(page: Page, by_hand: RawApp, word: str) -> None:
    accessory = {"type": "overflow", "action_id": "more", "options": OPTIONS}
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": word}, "accessory": accessory}]
    client_of(by_hand.server).chat_postMessage(channel=GENERAL, text=word, blocks=blocks)
    visit(page, by_hand.server, ANN, GENERAL)
    messages(page, word).get_by_role("button", name="Options").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert acknowledged(by_hand)["actions"][0]["selected_option"] == OPTIONS[1]


def test_app_hears_whether_an_answer_was_right(page: Page, by_hand: RawApp, word: str) -> None:
    blocks = [{"type": "markdown", "text": f"# {word}"}, FEEDBACK | {"block_id": "asked"}]
    client_of(by_hand.server).chat_postMessage(channel=GENERAL, text=word, blocks=blocks)
    visit(page, by_hand.server, ANN, GENERAL)
    asked = messages(page, word).get_by_role("group", name="Was this right?")
    asked.get_by_role("button", name="The answer is wrong").click()
    (action,) = acknowledged(by_hand)["actions"]
    said = {"type": "feedback_buttons", "action_id": "right", "block_id": "asked", "value": "no"}
    assert said.items() <= action.items()
    assert action["text"]["text"] == "Wrong"
    expect(asked.get_by_role("button", name="The answer is wrong")).to_have_attribute("aria-pressed", "true")
    messages(page, word).get_by_role("button", name="Delete").click()
    assert acknowledged(by_hand)["actions"][0]["value"] == "7"


def test_only_so_many_can_be_chosen(page: Page, by_hand: RawApp, word: str) -> None:
    accessory = {"type": "multi_users_select", "action_id": "it", "max_selected_items": 1}
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": word}, "accessory": accessory}]
    client_of(by_hand.server).chat_postMessage(channel=GENERAL, text=word, blocks=blocks)
    visit(page, by_hand.server, ANN, GENERAL)
    messages(page, word).get_by_role("checkbox", name="Bob Rees").check()
    acknowledged(by_hand)
    expect(messages(page, word).get_by_role("checkbox", name="Ceri Wyn")).to_be_disabled()


def test_app_gets_what_was_written_as_rich_text(page: Page, by_hand: RawApp) -> None:
    server = by_hand.server
    element = {"type": "rich_text_input", "action_id": "said"}
    words = {"type": "input", "block_id": "words", "element": element, "label": OPTIONS[0]["text"]}
    visit(page, server, ANN, GENERAL)
    trigger = server.on_loop(new_trigger(server))
    client_of(server).views_open(trigger_id=trigger, view=form() | {"blocks": [words]})
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert").filter(has_text="required field")).to_be_visible()
    box = dialog.get_by_role("textbox", name="One")
    box.press_sequentially("It is ")
    dialog.get_by_role("button", name="Bold").click()
    box.press_sequentially("late")
    dialog.get_by_role("button", name="Send").click()
    said = acknowledged(by_hand)["view"]["state"]["values"]["words"]["said"]
    parts = [{"type": "text", "text": "It is "}, {"type": "text", "text": "late", "style": {"bold": True}}]
    section = {"type": "rich_text_section", "elements": parts}
    assert said == {
        "type": "rich_text_input",
        "rich_text_value": {"type": "rich_text", "elements": [section]},
    }


def test_what_the_page_cannot_draw_it_says_in_its_own_words(page: Page, by_hand: RawApp, word: str) -> None:
    blocks = [
        {"type": "section", "text": {"type": "plain_text", "text": word}},
        {"type": "video", "alt_text": "A film"},
        {"type": "actions", "elements": [{"type": "datetimepicker", "action_id": "when"}]},
    ]
    client_of(by_hand.server).chat_postMessage(channel=GENERAL, text=word, blocks=blocks)
    visit(page, by_hand.server, ANN, GENERAL)
    for kind, name in (("block", "video"), ("element", "datetimepicker")):
        expect(messages(page, word)).to_contain_text(f"The trial page can't draw this kind of {kind}: {name}")


def test_table_has_headers_for_its_columns_and_rows(page: Page, by_hand: RawApp, word: str) -> None:
    client_of(by_hand.server).chat_postMessage(channel=GENERAL, text=word, blocks=[TABLE])
    visit(page, by_hand.server, ANN, GENERAL)
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["School", "Learners", "What is wrong"])
    expect(table.get_by_role("rowheader")).to_have_text(["Ysgol Bryn Meillion", "Ysgol y Dderwen"])
    expect(table.get_by_role("row").nth(1).get_by_role("cell").first).to_have_css("text-align", "right")


def test_modal_changes_under_the_fingers_and_keeps_what_was_typed(page: Page, by_hand: RawApp) -> None:
    page_server = by_hand.server
    visit(page, page_server, ANN, GENERAL)
    trigger = page_server.on_loop(new_trigger(page_server))
    view = client_of(page_server).views_open(trigger_id=trigger, view=form())["view"]
    name = page.get_by_role("dialog").get_by_role("textbox", name="Name")
    name.press_sequentially("Ffi")
    client_of(page_server).views_update(view_id=view["id"], view=form("Changed"))
    expect(page.get_by_role("dialog", name="Changed")).to_be_visible()
    expect(name).to_be_focused()
    name.press_sequentially("on")
    expect(name).to_have_value("Ffion")


def test_views_lie_on_each_other_and_come_off_again(page: Page, by_hand: RawApp) -> None:
    server = by_hand.server
    client = client_of(server)
    client.views_open(trigger_id=server.on_loop(new_trigger(server)), view=form("Below"))
    client.views_push(
        trigger_id=server.on_loop(new_trigger(server)), view=form("Above") | {"notify_on_close": False}
    )
    visit(page, server, ANN, GENERAL)
    page.get_by_role("dialog", name="Above").get_by_role("button", name="Back").click()
    expect(page.get_by_role("dialog", name="Below")).to_be_visible()


async def new_trigger(server: WorkspaceServer) -> str:
    return server.workspace.new_trigger(ANN)


def acknowledged(app: RawApp) -> dict[str, Any]:
    """What the next interaction says, acknowledged."""
    while True:
        envelope = app.receive()
        app.ack(envelope)
        if envelope["type"] == "interactive":
            payload: dict[str, Any] = envelope["payload"]
            return payload

"""The page, as people use it: a real browser, a real server, a real Bolt app."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from slack_workspace import WorkspaceServer
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    CERI,
    GENERAL,
    STAFF,
    RawApp,
    client_of,
    connected,
    demo_spec,
    form,
)

pytestmark = [pytest.mark.integration, pytest.mark.browser]


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(demo_spec()) as running, connected(running):
        yield running


@pytest.fixture
def by_hand() -> Iterator[RawApp]:
    with WorkspaceServer(demo_spec()) as running, RawApp(running) as app:
        yield app


@pytest.fixture
def word() -> str:
    """Something that only this test says."""
    return f"w{uuid4().hex[:12]}"


def visit(page: Page, server: WorkspaceServer, person: str, place: str) -> None:
    page.goto(f"{server.url}/#as={person}&in={place}")
    page.wait_for_selector("body[data-ready]")


def send(page: Page, line: str) -> None:
    page.get_by_role("textbox", name=re.compile("Message")).fill(line)
    page.keyboard.press("Enter")


def messages(page: Page, text: str) -> Locator:
    return page.get_by_role("article").filter(has_text=text)


def be(page: Page, person: str) -> None:
    page.get_by_role("button", name=re.compile("You are")).click()
    page.locator(f"[data-person={person}]").and_(page.get_by_role("button")).click()
    expect(page.locator("body")).to_have_attribute("data-person", person)


def test_command_is_answered_for_my_eyes_only(page: Page, server: WorkspaceServer, word: str) -> None:
    visit(page, server, ANN, GENERAL)
    send(page, f"/ask {word}")
    answer = messages(page, word)
    expect(answer).to_contain_text("Only visible to you")
    expect(answer.get_by_role("heading", name="An answer")).to_be_visible()
    be(page, BOB)
    expect(page.get_by_role("heading", name="#general")).to_be_visible()
    expect(messages(page, word)).to_have_count(0)
    be(page, ANN)
    expect(messages(page, word)).to_have_count(1)


def test_button_changes_the_message(page: Page, server: WorkspaceServer, word: str) -> None:
    visit(page, server, ANN, STAFF)
    send(page, f"/ask {word}")
    messages(page, word).get_by_role("button", name="Thanks").click()
    expect(messages(page, "You are welcome").last).to_contain_text("🎉")
    expect(messages(page, word)).to_have_count(0)


def test_dangerous_button_asks_first(page: Page, server: WorkspaceServer, word: str) -> None:
    visit(page, server, BOB, STAFF)
    send(page, f"/ask {word}")
    answer = messages(page, word)
    answer.get_by_role("button", name="Wrong").click()
    dialog = page.get_by_role("dialog", name="Wrong?")
    dialog.get_by_role("button", name="No").click()
    expect(dialog).to_have_count(0)
    expect(answer).to_have_count(1)
    answer.get_by_role("button", name="Wrong").click()
    dialog.get_by_role("button", name="I do").click()
    expect(answer).to_have_count(0)


def test_form_with_faults_then_filed(page: Page, server: WorkspaceServer, word: str) -> None:
    visit(page, server, ANN, "dm")
    send(page, "/form")
    dialog = page.get_by_role("dialog", name="A form")
    name = dialog.get_by_role("textbox", name="Name")
    expect(name).to_be_focused()

    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert").filter(has_text="required field")).to_be_visible()
    expect(name).to_have_attribute("aria-invalid", "true")

    name.fill("nobody")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert").filter(has_text="There is nobody of that name.")).to_be_visible()

    place = dialog.get_by_role("combobox", name="Place")
    place.press_sequentially("br")
    page.get_by_role("option", name="Brynmawr").click()
    expect(place).to_have_value("Brynmawr")

    name.fill(word)
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_have_count(0)
    expect(messages(page, f"Filed for {word}.")).to_have_count(1)


def test_modal_of_one_person_is_not_anothers(page: Page, server: WorkspaceServer) -> None:
    visit(page, server, CERI, GENERAL)
    send(page, "/form")
    expect(page.get_by_role("dialog", name="A form")).to_be_visible()
    page.goto("about:blank")
    visit(page, server, BOB, GENERAL)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("about:blank")
    visit(page, server, CERI, GENERAL)
    page.get_by_role("dialog", name="A form").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_home(page: Page, server: WorkspaceServer) -> None:
    visit(page, server, CERI, GENERAL)
    page.locator("[data-place=home]").click()
    expect(page.get_by_role("heading", name="Welcome home")).to_be_visible()
    expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".home .mention-me")).to_have_text("@Ceri Wyn")


def test_news_for_another_person_is_marked(page: Page, server: WorkspaceServer, word: str) -> None:
    visit(page, server, ANN, GENERAL)
    client_of(server).chat_postMessage(channel=BOB, text=word)
    page.get_by_role("button", name=re.compile("You are")).click()
    expect(page.locator(f".people [data-person={BOB}] .badge")).to_be_visible()
    page.locator(f".people [data-person={BOB}]").click()
    dm = page.get_by_role("button", name=re.compile(r"^Helper \d"))
    expect(dm.locator(".badge")).to_be_visible()
    dm.click()
    expect(messages(page, word)).to_have_count(1)
    expect(page.locator(".entry-here .badge")).to_have_count(0)


def test_thing_to_try_is_typed_but_not_sent(page: Page, server: WorkspaceServer) -> None:
    visit(page, server, BOB, STAFF)
    page.get_by_role("button", name=re.compile("Ask a question")).click()
    expect(page.locator("body")).to_have_attribute("data-person", ANN)
    expect(page.locator("body")).to_have_attribute("data-place", GENERAL)
    box = page.get_by_role("textbox", name="Message #general")
    expect(box).to_have_value("/ask why is the sky blue?")
    expect(page.locator(".command-hint")).to_contain_text("/ask [question]")
    box.press("Enter")
    expect(box).to_have_value("")
    expect(page.locator(".card-tried")).to_have_count(1)
    box.press("ArrowUp")
    expect(box).to_have_value("/ask why is the sky blue?")


def test_commands_complete_themselves(page: Page, server: WorkspaceServer) -> None:
    visit(page, server, ANN, GENERAL)
    box = page.get_by_role("textbox", name="Message #general")
    box.press_sequentially("/")
    expect(page.get_by_role("option")).to_have_text(
        [re.compile("/ask.*Ask the helper"), re.compile("/form.*Fill in")]
    )
    box.press("ArrowDown")
    box.press("Tab")
    expect(box).to_have_value("/form ")


def test_message_shortcut(page: Page, server: WorkspaceServer, word: str) -> None:
    visit(page, server, ANN, GENERAL)
    send(page, word)
    said = messages(page, word)
    said.hover()
    said.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Make a note of it").click()
    expect(messages(page, f"Noted: {word}")).to_have_count(1)


def test_what_people_write_is_never_html(page: Page, server: WorkspaceServer, word: str) -> None:
    visit(page, server, ANN, GENERAL)
    nasty = f"<img src=x onerror=alert(1)> & <b>{word}</b> *bold* `<i>`"
    send(page, nasty)
    said = messages(page, word)
    expect(said).to_contain_text(f"<img src=x onerror=alert(1)> & <b>{word}</b> bold <i>")
    expect(said.locator("img, b, i")).to_have_count(0)
    expect(said.locator("strong")).to_have_text("bold")


def test_control_moves_the_clock(context: BrowserContext) -> None:
    with WorkspaceServer(demo_spec()) as own:
        client_of(own).chat_postMessage(channel=GENERAL, text="Good night")
        page = context.new_page()
        visit(page, own, ANN, GENERAL)
        expect(page.locator("#clock")).to_have_text("Wednesday 26 August 2026, 10:12")
        expect(page.get_by_role("separator")).to_have_text("Today")
        page.get_by_role("banner").get_by_role("button", name="Next morning").click()
        expect(page.get_by_role("status")).to_contain_text("It is six in the morning.")
        expect(page.locator("#clock")).to_have_text("Thursday 27 August 2026, 06:00")
        expect(page.get_by_role("separator")).to_have_text("Yesterday")


def test_failure_is_told_as_slack_tells_it(context: BrowserContext) -> None:
    with WorkspaceServer(demo_spec()) as own:
        page = context.new_page()
        visit(page, own, ANN, GENERAL)
        send(page, "/ask is anybody there?")
        expect(messages(page, '/ask failed with the error "dispatch_failed"')).to_contain_text(
            "Only visible to you"
        )


def test_welsh_is_remembered(page: Page, server: WorkspaceServer) -> None:
    visit(page, server, ANN, GENERAL)
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.locator("#clock")).to_have_text("Dydd Mercher 26 Awst 2026, 10:12")
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    page.reload()
    expect(page.get_by_role("heading", name="Pethau i'w trio")).to_be_visible()
    expect(page.get_by_role("textbox", name="Neges i #general")).to_be_visible()


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


def test_narrow_screen_has_drawers_and_nothing_runs_over(page: Page, server: WorkspaceServer) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    visit(page, server, ANN, GENERAL)
    expect(page.locator("#side")).not_to_be_visible()
    page.get_by_role("button", name="Open the list of channels").click()
    page.locator(f"[data-place={STAFF}]").click()
    expect(page.locator("#side")).not_to_be_visible()
    expect(page.get_by_role("heading", name="#staff")).to_be_visible()
    page.get_by_role("button", name="Open the things to try").click()
    expect(page.get_by_role("heading", name="Things to try")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#things")).not_to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_address_that_names_nobody_leads_to_the_first_person(
    context: BrowserContext, server: WorkspaceServer
) -> None:
    page = context.new_page()
    visit(page, server, "U0NOBODY", "C0NOWHERE")
    expect(page.locator("body")).to_have_attribute("data-person", ANN)
    expect(page.get_by_role("tab", name="Messages")).to_have_attribute("aria-selected", "true")


def test_feed_comes_back_by_itself(context: BrowserContext, word: str) -> None:
    first = WorkspaceServer(demo_spec()).start()
    page = context.new_page()
    visit(page, first, ANN, GENERAL)
    port = int(first.url.rpartition(":")[2])
    first.stop()
    expect(page.get_by_role("status")).to_contain_text("connection to the workspace is lost")
    # a new start has a new page token, so the page loads itself anew
    with WorkspaceServer(demo_spec()).start(port) as second:
        client_of(second).chat_postMessage(channel=GENERAL, text=word)
        expect(messages(page, word)).to_have_count(1)

"""The page, as people use it: a real browser, a real server, a real Bolt app."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from slack_sdk.errors import SlackApiError

from slack_workspace import WorkspaceServer
from tests.browser.workspace_pages import messages, pick, send, visit
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    CERI,
    GENERAL,
    STAFF,
    client_of,
    connected,
    demo_spec,
)

pytestmark = [pytest.mark.integration, pytest.mark.browser]


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(demo_spec()) as running, connected(running):
        yield running


def test_command_is_answered_for_my_eyes_only(page: Page, server: WorkspaceServer, word: str) -> None:
    visit(page, server, ANN, GENERAL)
    expect(page.locator("#side")).not_to_contain_text("false")  # one workspace: none to choose from
    send(page, f"/ask {word}")
    answer = messages(page, word)
    expect(answer).to_contain_text("Only visible to you")
    expect(answer.get_by_role("heading", name="An answer")).to_be_visible()
    pick(page, BOB)
    expect(page.get_by_role("heading", name="#general")).to_be_visible()
    expect(messages(page, word)).to_have_count(0)
    pick(page, ANN)
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


def test_news_for_another_person_is_marked(context: BrowserContext, word: str) -> None:
    with WorkspaceServer(demo_spec()) as own:
        page = context.new_page()
        visit(page, own, ANN, GENERAL)
        client_of(own).chat_postMessage(channel=BOB, text=word)
        page.get_by_role("button", name=re.compile("You are")).click()
        expect(page.locator(f".people [data-person={BOB}] .badge")).to_be_visible()
        page.get_by_role("button", name=re.compile("You are")).click()
        expect(page.locator(".me .badge")).to_have_count(0)  # it is Bob's, not her own
        page.get_by_role("button", name=re.compile("You are")).click()
        page.locator(f".people [data-person={BOB}]").click()
        expect(page.locator(".me .badge")).to_have_text("1")
        dm = page.get_by_role("button", name=re.compile(r"^Helper \d"))
        expect(dm.locator(".badge")).to_be_visible()
        dm.click()
        expect(messages(page, word)).to_have_count(1)
        expect(page.locator(".entry-here .badge")).to_have_count(0)
        expect(page.locator(".me .badge")).to_have_count(0)


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
    nasty = f"<img src=x onerror=alert(1)> & <b>{word}</b> *bold* *** `<i>`"
    send(page, nasty)
    said = messages(page, word)
    expect(said).to_contain_text(f"<img src=x onerror=alert(1)> & <b>{word}</b> bold *** <i>")
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
        expect(page).to_have_title("#general – Sir Enghraifft – Thursday 27 August 2026")
        expect(page.get_by_role("separator")).to_have_text("Yesterday")


def test_failure_is_told_as_slack_tells_it(context: BrowserContext) -> None:
    with WorkspaceServer(demo_spec()) as own:
        page = context.new_page()
        visit(page, own, ANN, GENERAL)
        send(page, "/ask is anybody there?")
        expect(messages(page, '/ask failed with the error "dispatch_failed"')).to_contain_text(
            "Only visible to you"
        )


def test_troubles_are_switched_for_all_and_named_in_both_languages(context: BrowserContext) -> None:
    with WorkspaceServer(demo_spec()) as own:
        page, other = context.new_page(), context.new_page()
        visit(page, own, ANN, GENERAL)
        visit(other, own, BOB, GENERAL)
        page.get_by_text("Troubles", exact=True).click()
        page.get_by_label("One message a second in a conversation").check()
        expect(other.get_by_label("One message a second in a conversation")).to_be_checked()
        assert client_of(own).chat_postMessage(channel=GENERAL, text="first")["ok"]
        with pytest.raises(SlackApiError, match="ratelimited"):
            client_of(own).chat_postMessage(channel=GENERAL, text="second")
        page.get_by_role("button", name="Cymraeg").click()
        page.get_by_label("Un neges yr eiliad mewn sgwrs").uncheck()
        expect(other.get_by_label("One message a second in a conversation")).not_to_be_checked()
        assert client_of(own).chat_postMessage(channel=GENERAL, text="second")["ok"]


def test_welsh_is_remembered(page: Page, server: WorkspaceServer) -> None:
    visit(page, server, ANN, GENERAL)
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.locator("#clock")).to_have_text("Dydd Mercher 26 Awst 2026, 10:12")
    expect(page).to_have_title("#general – Sir Enghraifft – Dydd Mercher 26 Awst 2026")
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    page.reload()
    expect(page.get_by_role("heading", name="Pethau i roi cynnig arnynt")).to_be_visible()
    expect(page.get_by_role("textbox", name="Neges i #general")).to_be_visible()


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


def test_address_of_an_unknown_person_leads_to_the_first_person(
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
    expect(page.get_by_role("alert")).to_contain_text("connection to the workspace is lost")
    # a new start has a new page token, so the page loads itself anew
    with WorkspaceServer(demo_spec()).start(port) as second:
        client_of(second).chat_postMessage(channel=GENERAL, text=word)
        expect(messages(page, word)).to_have_count(1)

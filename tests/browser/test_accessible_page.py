"""The trial page for people who use a screen reader, the keyboard, a magnifier or colours of their own."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from slack_workspace import WorkspaceServer
from tests.browser import all_blocks
from tests.browser.accessibility import violations
from tests.browser.workspace_pages import messages, visit
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    CERI,
    GENERAL,
    STAFF,
    client_of,
    demo_spec,
)

pytestmark = [pytest.mark.integration, pytest.mark.browser]

CONTRAST = ("color-contrast", "link-in-text-block")
HOME = {
    "type": "home",
    "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Welcome home"}}],
}


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    """A workspace with every block in #general, a thread in #staff, and a Home for Ann."""
    with WorkspaceServer(demo_spec()) as running:
        client = client_of(running)
        client.chat_postMessage(channel=GENERAL, text="Every block", blocks=list(all_blocks.MESSAGE))
        begun = client.chat_postMessage(channel=STAFF, text="Who can look? :rocket:")
        client.chat_postMessage(channel=STAFF, text=f"<@{ANN}> can.", thread_ts=begun["ts"])
        client.chat_postEphemeral(channel=STAFF, user=ANN, text="Only you see this. :eyes:")
        client.chat_postMessage(channel=CERI, text="Bore da")
        client.views_publish(user_id=ANN, view=HOME)
        yield running


async def trigger(server: WorkspaceServer) -> str:
    return server.workspace.new_trigger(ANN)


def open_form(page: Page, server: WorkspaceServer) -> None:
    client_of(server).views_open(trigger_id=server.on_loop(trigger(server)), view=all_blocks.FORM)
    expect(page.get_by_role("dialog", name="Every input")).to_be_visible()


def goes_through(page: Page, server: WorkspaceServer, narrow: bool) -> Iterator[str]:
    """Bring the page into each of its states, and yield the name of the state."""
    visit(page, server, ANN, GENERAL)
    yield "every block"
    side = page.locator("[data-drawer=side]")
    if narrow:
        side.click()
        yield "left drawer"
    page.locator("[data-switcher]").click()
    expect(page.locator("#people")).to_be_visible()
    yield "people"
    page.keyboard.press("Escape")
    page.locator(f"[data-place={STAFF}]").click()
    expect(messages(page, "Who can look?")).to_be_visible()
    yield "thread"
    page.get_by_role("article").last.locator("[data-tools]").click()
    expect(page.get_by_role("menu")).to_be_visible()
    yield "menu"
    page.keyboard.press("Escape")
    page.locator("#composer-text").fill("/")
    expect(page.get_by_role("listbox")).to_be_visible()
    yield "commands"
    page.locator("#composer-text").fill("")
    page.locator("[data-control]").first.click()
    expect(page.locator(".toast")).to_be_visible()
    yield "toast"
    open_form(page, server)
    page.locator("[data-modal=submit]").click()
    expect(page.get_by_role("alert").filter(has_text=re.compile(r"\w")).first).to_be_visible()
    yield "modal with faults"
    page.locator("dialog [data-modal=close]").click()
    if narrow:
        page.locator("[data-drawer=things]").click()
        page.locator("[data-troubles] summary").click()
        yield "right drawer"
        page.keyboard.press("Escape")
        side.click()
    page.locator("[data-place=home]").click()
    expect(page.get_by_role("heading", name="Welcome home")).to_be_visible()
    yield "Home"


@pytest.mark.parametrize(
    ("width", "language"), [(1280, "en"), (390, "cy")], ids=["wide in English", "narrow in Welsh"]
)
def test_axe_finds_nothing_wrong_in_any_state_light_or_dark(
    page: Page, server: WorkspaceServer, width: int, language: str
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.add_init_script(f"localStorage.setItem('trial-language', '{language}')")
    for state in goes_through(page, server, narrow=width < 760):
        assert (state, violations(page)) == (state, [])
        if width > 760:
            page.emulate_media(color_scheme="dark")
            assert (state, "dark", violations(page, CONTRAST)) == (state, "dark", [])
            page.emulate_media(color_scheme="light")


def test_at_400_percent_the_conversation_has_most_of_the_window(
    page: Page, server: WorkspaceServer, word: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 x 1024 at 400 %
    visit(page, server, ANN, STAFF)
    last = messages(page, "Only you see this.")
    expect(last).to_be_in_viewport(ratio=1)
    expect(page.locator("#composer-text")).to_be_in_viewport(ratio=1)
    above_the_box = page.locator(".composer").bounding_box()
    assert above_the_box
    assert above_the_box["y"] >= 190
    page.evaluate("scrollTo(0, 0)")
    page.locator("#composer-text").fill(word)
    page.keyboard.press("Enter")
    expect(messages(page, word)).to_be_in_viewport(ratio=1)
    page.evaluate("scrollTo(0, 0)")
    expect(page.get_by_role("banner").locator("[data-control]").first).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    open_form(page, server)
    page.locator("dialog [data-modal=submit]").scroll_into_view_if_needed()
    expect(page.locator("dialog [data-modal=submit]")).to_be_in_viewport(ratio=1)
    page.locator("dialog [data-modal=close]").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_open_drawer_has_the_focus_and_the_rest_is_out_of_reach(page: Page, server: WorkspaceServer) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, server, ANN, GENERAL)
    for opener, drawer in [("Open the list of channels", "#side"), ("Open the things to try", "#things")]:
        page.get_by_role("button", name=opener).press("Enter")
        expect(page.locator(f"{drawer} :focus")).to_be_visible()
        for _ in range(12):
            page.keyboard.press("Tab")
            assert page.evaluate(f"!document.activeElement.closest('#room, #top') || '{drawer}'") is True
        page.keyboard.press("Escape")
        expect(page.locator(drawer)).not_to_be_visible()
        expect(page.get_by_role("button", name=opener)).to_be_focused()


def test_tabs_of_the_app_are_left_by_arrow_keys(page: Page, server: WorkspaceServer) -> None:
    visit(page, server, ANN, "dm")
    messages_tab, home_tab = (page.get_by_role("tab", name=name) for name in ("Messages", "Home"))
    expect(page.get_by_role("tabpanel", name="Messages")).to_be_visible()
    messages_tab.focus()
    for key, tab in [("ArrowLeft", home_tab), ("ArrowRight", messages_tab), ("Home", home_tab)]:
        page.keyboard.press(key)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel", name="Home")).to_contain_text("Welcome home")
    expect(messages_tab).to_have_attribute("tabindex", "-1")


def test_message_of_the_page_stays_until_it_is_dismissed_also_over_a_form(
    page: Page, server: WorkspaceServer
) -> None:
    page.clock.install()
    visit(page, server, ANN, GENERAL)
    page.get_by_role("banner").get_by_role("button", name="Next morning").click()
    status = page.get_by_role("status")
    expect(status).to_contain_text("It is six in the morning.")
    page.clock.fast_forward("10:00")
    expect(status).to_contain_text("It is six in the morning.")
    open_form(page, server)
    page.locator("dialog [data-modal=close]").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Dismiss this message").click()
    expect(status).to_have_text("")


def test_every_message_says_its_language(page: Page, server: WorkspaceServer) -> None:
    visit(page, server, CERI, "dm")  # whose Slack is in Welsh
    expect(messages(page, "Bore da")).to_have_attribute("lang", "cy")
    client_of(server).chat_postMessage(
        channel=CERI,
        text="Good morning",
        metadata={"event_type": "greeting", "event_payload": {"language": "en"}},
    )
    expect(messages(page, "Good morning")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Cymraeg").click()
    page.locator(f"[data-place={GENERAL}]").click()
    expect(messages(page, "Every block")).to_have_attribute("lang", "cy")  # as the page, for nothing is known


def test_emoji_come_from_the_page_and_not_from_the_machine(page: Page, server: WorkspaceServer) -> None:
    visit(page, server, ANN, STAFF)
    rocket = page.locator(".emoji").first
    expect(rocket).to_have_text("\U0001f680")
    assert "Trial Emoji" in rocket.evaluate("element => getComputedStyle(element).fontFamily.split(',')[0]")
    assert (
        page.evaluate("document.fonts.load('16px \"Trial Emoji\"').then((found) => found[0].status)")
        == "loaded"
    )


def test_one_sees_where_the_focus_is_in_the_systems_own_colours(page: Page, server: WorkspaceServer) -> None:
    page.emulate_media(forced_colors="active")
    visit(page, server, ANN, GENERAL)
    page.locator("#composer-text").focus()
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Shortcuts").press("Enter")
    for focused in (page.get_by_role("menuitem").first, page.locator("#composer-text")):
        focused.focus()
        expect(focused).to_have_css("outline-style", "solid")
        expect(focused).to_have_css("outline-width", "3px")


def test_clock_says_the_date_in_its_title(page: Page, server: WorkspaceServer) -> None:
    visit(page, server, ANN, GENERAL)
    clock = page.locator("#clock")
    expect(clock).to_have_attribute("title", f"Time in this workspace: {clock.text_content()}")

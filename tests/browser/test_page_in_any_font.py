"""The trial's page on a machine with few fonts: nothing runs over its edge, and its signs are drawn."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.trial.county import county
from bot.trial.suggestions import DESK_CHANNEL
from slack_workspace import WorkspaceServer
from tests.bot.command_line import REPOSITORY, Served
from tests.slack_workspace.workspace_fixtures import ANN, GENERAL, client_of, demo_spec

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("fonts")]

STAR = county().plants[0]
HELP = "C0CYMORTH"
OWAIN = "U05OWAIN"
A_RUN = 60_000
"""Milliseconds in which an answer has come, on a machine that has much else to do."""

FONTS = {
    "DejaVu": '* { font-family: "DejaVu Sans", Verdana !important }',
    "wide": '* { font-family: "DejaVu Sans", Verdana !important; font-weight: 700 !important;'
    " letter-spacing: 0.08em !important }",
}
LANGUAGES = {"en": "en-GB", "cy": "cy-GB"}

# The visible elements that pass the window's left or right edge, and the buttons whose words pass their own;
# a drawer that is still sliding has first to arrive, and what is in it to follow, level by level
OVER = """async () => {
for (;;) {
  const sliding = document.getAnimations().filter((one) => one instanceof CSSTransition);
  if (!sliding.length) break;
  await Promise.allSettled(sliding.map((one) => one.finished));
  await new Promise(requestAnimationFrame);
}
return [...document.querySelectorAll("body *")].filter((one) => {
  const box = one.getBoundingClientRect();
  if (!box.width || !box.height || !one.checkVisibility({ visibilityProperty: true })) return false;
  if (one.closest(".skip")) return false;
  const beyond = box.left < -0.5 || box.right > innerWidth + 0.5;
  return beyond || (one.matches("button, .btn") && one.scrollWidth > one.clientWidth + 1);
}).map((one) => one.outerHTML.slice(0, 120));
}"""

COPIED = """(element) => {
  getSelection().selectAllChildren(element);
  return getSelection().toString();
}"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Served(["trial", "--port", "0", "--no-browser"], tmp_path_factory.mktemp("fonts")) as opened:
        yield opened.until(r"http://127\.0\.0\.1:\d+")[0]
        opened.terminate()
        assert opened.ended().status == 0


@pytest.fixture
def demo() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(demo_spec()) as running:
        yield running


def set_in(page: Page, font: str) -> None:
    """Force a font on every page that is opened from now on."""
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { const sheet = new CSSStyleSheet();"
        f" sheet.replaceSync({json.dumps(FONTS[font])}); document.adoptedStyleSheets = [sheet]; }})"
    )


def enter(page: Page, url: str, person: str, place: str) -> None:
    page.goto("about:blank")
    page.goto(f"{url}/#as={person}&in={place}")
    page.wait_for_selector("body[data-ready]")


def speak(page: Page, language: str) -> None:
    """Choose the language of the page, and of the person's Slack; the list of people stays open."""
    page.locator(f"[data-language={language}]").click()
    opener = page.locator("[data-drawer=side]")
    if opener.is_visible():
        opener.click()
    page.locator("[data-switcher]").click()
    page.locator("select[data-locale]").select_option(LANGUAGES[language])


def fits(page: Page) -> None:
    assert page.evaluate(OVER) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("font", FONTS)
def test_nothing_runs_over_in_a_narrow_window(page: Page, url: str, font: str, language: str) -> None:
    set_in(page, font)
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, url, STAR.person, HELP)
    speak(page, language)
    expect(page.locator("#people")).to_be_visible()
    fits(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    before = page.get_by_role("article").count()
    page.locator(".composer textarea").fill(f"/hwb why-missing {STAR.identifier}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_have_count(before + 1, timeout=A_RUN)
    for control in page.get_by_role("banner").locator("[data-control]").all():
        expect(control).to_be_in_viewport(ratio=1)
    fits(page)

    page.locator("[data-drawer=things]").click()
    expect(page.locator("#things")).to_be_visible()
    fits(page)
    page.keyboard.press("Escape")

    page.locator(".composer textarea").fill("/hwb why-missing")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible(timeout=A_RUN)
    fits(page)
    page.locator("dialog [data-modal=close]").click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    for person, place in [(STAR.person, "home"), (OWAIN, "home"), (OWAIN, DESK_CHANNEL)]:
        enter(page, url, person, place)
        expect(page.locator("#stream :is(.b-section, .message)").first).to_be_visible(timeout=A_RUN)
        fits(page)


@pytest.mark.parametrize("width", [600, 768, 1024, 1100, 1440])
def test_nothing_runs_over_in_wider_windows(page: Page, url: str, width: int) -> None:
    set_in(page, "wide")
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, url, OWAIN, HELP)
    for language in LANGUAGES:
        page.locator(f"[data-language={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        fits(page)


def codes_of_our_texts() -> list[str]:
    """List the shortcodes that the bot's code and texts have in them."""
    bot = REPOSITORY / "bot"
    files: list[Path] = [*bot.glob("**/*.py"), *bot.glob("**/*texts.toml")]
    found = {code for file in files for code in re.findall(r'[" ]:([a-z_]+):[" ]', file.read_text("utf-8"))}
    return sorted(found - {"memory"})


def message_of(page: Page, demo: WorkspaceServer, text: str) -> Locator:
    client_of(demo).chat_postMessage(channel=GENERAL, text=text)
    enter(page, demo.url, ANN, GENERAL)
    return page.get_by_role("article").last.locator(".body")


def test_every_sign_of_our_texts_is_drawn_and_has_a_name_in_both_languages(
    page: Page, demo: WorkspaceServer
) -> None:
    codes = codes_of_our_texts()
    assert {"white_check_mark", "x", "point_right", "warning", "new", "zzz", "handshake"} <= set(codes)
    message = message_of(page, demo, "\n".join(f":{code}: {code}" for code in codes))
    signs = message.get_by_role("img")
    expect(signs).to_have_count(len(codes))
    names = {}
    for language in LANGUAGES:
        page.locator(f"[data-language={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        names[language] = [sign.get_attribute("aria-label") for sign in signs.all()]
        assert all(names[language])
        assert len(set(names[language])) == len(codes)
    assert not [pair for pair in zip(*names.values(), strict=True) if pair[0] == pair[1]]
    for sign in signs.all():
        # as large as a letter, and the font's character, an empty box here, is not to be seen
        drawn = sign.locator("svg").bounding_box()
        assert drawn
        assert drawn["width"] == drawn["height"] == pytest.approx(18)
        assert sign.locator("svg path").count() > 0
        expect(sign.locator(".sign-text")).to_have_css("opacity", "0")


def test_a_sign_is_read_aloud_by_its_name_and_copied_as_its_character(
    page: Page, demo: WorkspaceServer
) -> None:
    message = message_of(page, demo, ":x: *No leaving date*\n:point_right: The previous school ⚠️")
    expect(message.get_by_role("img", name="Cross")).to_be_visible()
    expect(message.get_by_role("img", name="Warning")).to_be_visible()
    assert message.evaluate(COPIED) == "❌ No leaving date\n👉 The previous school ⚠️"
    page.get_by_role("button", name="Cymraeg").click()
    expect(message.get_by_role("img", name="Croes")).to_be_visible()
    expect(message.get_by_role("img", name="Rhybudd")).to_be_visible()

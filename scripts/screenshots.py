"""Takes the pictures of the README and of the pages for schools from the trial: `make screenshots`."""

import re
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, sync_playwright

from bot.settings_loading import load_settings
from bot.trial.county import County
from bot.trial.opening import trial
from tests.browser.conftest import ARGUMENTS, chromium_path

CHANNEL = "C0CYMORTH"
WAIT = 60_000
"""Milliseconds for an answer, on a machine that has much else to do."""

LOOKS: dict[str, Any] = {"locale": "en-GB", "reduced_motion": "reduce"}
TALLEST = 560
"""Pixels of a picture's height: what does not fit would be too small to read on the page."""


def questions(county: County) -> tuple[tuple[str, str, str, str], ...]:
    """For each picture: its file, who asks, the line that is sent, and words that the answer has."""
    plants = {plant.id: plant for plant in county.plants}
    missing, old = plants["released-this-morning"], plants["not-rolled-over"]
    return (
        ("why-missing.png", missing.person, f"/hwb why-missing {missing.identifier}", "Run now"),
        ("missing.png", missing.person, "/hwb missing", "without an account there"),
        ("old-class.png", old.person, f"/hwb old-class {old.identifier}", "last year"),
        ("ask.png", missing.person, "/hwb ask Why has a new learner no password?", "password"),
        ("rollover.png", missing.person, "/hwb rollover", "Bro Alarch"),
        ("review.png", missing.person, "/hwb review non-mis", "Non-MIS accounts"),
    )


def welsh_questions(county: County) -> tuple[tuple[str, str, str, str], ...]:
    """Return, for each picture of the Welsh page, what `questions` says of the English ones."""
    plants = {plant.id: plant for plant in county.plants}
    missing = plants["released-this-morning"]
    return (
        ("why-missing-cy.png", missing.person, f"/hwb pam-ar-goll {missing.identifier}", "Rhedeg nawr"),
        ("missing-cy.png", missing.person, "/hwb ar-goll", "heb gyfrif yno"),
        ("rollover-cy.png", missing.person, "/hwb trosglwyddo", "Bro Alarch"),
        ("review-cy.png", missing.person, "/hwb adolygu dim-mis", "Dim MIS"),
    )


def enter(page: Page, url: str, person: str, locale: str = "en-GB") -> None:
    """Open the channel as `person`, whose Slack is in the language of `locale`."""
    page.goto("about:blank")
    page.goto(f"{url}/#as={person}&in={CHANNEL}")
    page.wait_for_selector("body[data-ready]")
    page.get_by_role("button", name=re.compile("You are|Chi yw")).click()
    page.locator("select[data-locale]").select_option(locale)
    page.keyboard.press("Escape")


def answer(page: Page, line: str, words: str) -> Locator:
    """Send `line`; the answer is the newest message that has `words`."""
    before = page.get_by_role("article").count()
    page.get_by_role("textbox", name=re.compile("Message|Neges")).fill(line)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "before => document.querySelectorAll('article, [role=article]').length > before",
        arg=before,
        timeout=WAIT,
    )
    found = page.get_by_role("article").filter(has_text=words).last
    found.wait_for(timeout=WAIT)
    return found


def picture(page: Page, message: Locator, file: Path) -> None:
    """Write `message`, of a long one its beginning, without the pointer over it."""
    page.mouse.move(0, 0)
    message.evaluate("message => message.scrollIntoView({block: 'start'})")
    box = message.bounding_box()
    if box is None:
        raise RuntimeError("the answer can't be seen")
    page.screenshot(path=file, clip={**box, "height": min(box["height"], TALLEST)})


def take(folder: Path) -> None:
    """Write all pictures into `folder`."""
    with trial(load_settings({}), 0) as opened, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        url, asked = opened.server.url, questions(opened.county)
        wide = browser.new_page(viewport={"width": 1440, "height": 940}, **LOOKS)
        enter(wide, url, asked[0][1])
        answer(wide, *asked[0][2:])
        wide.locator("[data-switcher] .badge").wait_for()  # the morning's messages have come
        wide.mouse.move(0, 0)
        wide.screenshot(path=folder / "trial.png")
        wide.close()
        for locale, some in (("en-GB", asked), ("cy-GB", welsh_questions(opened.county))):
            page = browser.new_page(viewport={"width": 1000, "height": 2600}, **LOOKS)
            page.add_init_script(f"if (location.host) localStorage.setItem('trial-language', '{locale[:2]}')")
            for file, person, line, words in some:
                enter(page, url, person, locale)
                found = answer(page, line, words)
                picture(page, found, folder / file)
            page.close()
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))

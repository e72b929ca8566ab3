"""The Service Desk by hand: an e-mail, its case and reply, the office, a run, and the case closes itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.trial.county import county
from bot.trial.suggestions import DESK_CHANNEL
from tests.bot.command_line import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story")]

PLANT = next(plant for plant in county().plants if plant.id == "no-admission-number")
OWAIN = "U05OWAIN"
A_RUN = 60_000


@dataclass(frozen=True)
class Trial:
    """An open trial."""

    url: str


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder: Path = tmp_path_factory.mktemp("desk")
    with Served(["trial", "--port", "0", "--no-browser"], folder) as opened:
        yield Trial(opened.until(r"http://127\.0\.0\.1:\d+")[0])
        opened.terminate()
        ended = opened.ended()
        assert ended.status == 0
        assert PLANT.identifier not in ended.err
        assert "Traceback" not in ended.err


def enter(page: Page, trial: Trial, person: str, place: str) -> None:
    """Open the page as a person, in a conversation."""
    page.goto("about:blank")
    page.goto(f"{trial.url}/#as={person}&in={place}")
    page.wait_for_selector("body[data-ready]")


def message(page: Page, text: str) -> Locator:
    """The newest message that says something."""
    return page.get_by_role("article").filter(has_text=text).last


def triage(page: Page, letter: str, shortcut: str) -> Locator:
    """Choose the shortcut in the menu of a message; the dialog that opens."""
    found = message(page, letter)
    found.hover()
    found.locator("[data-tools=more]").click()
    page.get_by_role("menuitem", name=shortcut).click()
    return page.get_by_role("dialog")


def close(page: Page) -> None:
    """Close the dialog: it would still be there for the next test."""
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_thing_to_try_names_the_desks_channel_to_people_outside_it(page: Page, trial: Trial) -> None:
    enter(page, trial, PLANT.person, "home")
    card = page.get_by_role("listitem").filter(has_text="An e-mail to the Service Desk")
    expect(card).to_contain_text("Owain Meredydd-Bebb · #desg-gwasanaeth")


def test_an_email_becomes_a_case_that_closes_itself(page: Page, trial: Trial) -> None:
    enter(page, trial, OWAIN, DESK_CHANNEL)
    case = triage(page, "office@broalarch", "Triage with Hwb")
    expect(case).to_contain_text("· the MIS record can't be used")
    number = re.findall(r"Case (\d+)", case.inner_text())[0]
    expect(case).to_contain_text("the admission number is missing")
    expect(case).to_contain_text("The school’s MIS administrator")
    expect(case).to_contain_text("There is a record in the school's MIS, but something in it is missing")
    expect(case).to_contain_text("One of our new Year 7 learners at Bro Alarch")
    case.get_by_role("button", name="Take").click()
    expect(case).to_contain_text("taken by @Owain")
    case.get_by_role("button", name="I have answered").click()
    expect(case).to_contain_text("answered the writer")
    close(page)

    told = message(page, f"Case {number} ·")
    expect(told).to_contain_text("taken by @Owain")
    expect(told).not_to_contain_text(PLANT.identifier)

    page.get_by_role("button", name=re.compile("The office at Bro Alarch corrects")).first.click()
    expect(page.get_by_text("has put its incomplete records right").first).to_be_visible()
    page.get_by_role("button", name="Next morning").click()
    expect(page.get_by_text(re.compile(r"\d+ runs? of the client"))).to_be_visible(timeout=A_RUN)

    expect(told).to_contain_text("the account is there, as it should be", timeout=A_RUN)
    told.get_by_role("button", name="Open").click()
    closed = page.get_by_role("dialog")
    expect(closed).to_contain_text("Hwb: closed by itself: the account has been there since 27 Aug")
    expect(closed.get_by_role("button", name="Reopen")).to_be_visible()
    expect(closed.get_by_role("button", name="Take")).to_have_count(0)
    close(page)


def test_a_welsh_letter_gets_a_welsh_reply(page: Page, trial: Trial) -> None:
    enter(page, trial, OWAIN, DESK_CHANNEL)
    case = triage(page, "gwenno@rhydygwylanod", "Triage with Hwb")
    expect(case).to_contain_text("the MIS is still in last year")
    expect(case).to_contain_text("Diolch am eich neges.")
    expect(case).to_contain_text("Desg Wasanaeth Hwb")
    close(page)


def test_people_who_do_not_work_there_have_no_access(page: Page, trial: Trial) -> None:
    enter(page, trial, "U01MAIR", "C0CYMORTH")
    expect(page.get_by_role("navigation").get_by_text("hwb-cymorth")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_text("desg-gwasanaeth")).to_have_count(0)
    page.get_by_role("textbox", name=re.compile("Message|Neges")).fill("/hwb desk")
    page.keyboard.press("Enter")
    expect(message(page, "Cases are worked on by")).to_be_visible()

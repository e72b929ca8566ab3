"""The whole story by hand: `hwb trial` in a process of its own, a person in a real browser."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.trial.county import county
from tests.bot.command_line import Served, process
from tests.browser.workspace_pages import pick

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story")]

STAR = county().plants[0]
SCHOOL, CHAMPION = STAR.school, STAR.person
ANOTHER_PERSON = next(person.id for person in county().people if person.id != CHAMPION)
LOOKS_AFTER_ALL = next(grant.user for grant in county().grants if grant.scope == "*")
HELP = "C0CYMORTH"
A_RUN = 60_000
"""Milliseconds in which runs have ended, on a machine that has much else to do."""


@dataclass(frozen=True)
class Trial:
    """An open trial: its page, and the options with which `hwb` looks at its records."""

    url: str
    records: list[str]
    folder: Path

    def accounts(self) -> list[dict[str, Any]]:
        """What the command line says of the school's accounts."""
        line = ["accounts", "--school", SCHOOL, "--kind", "learner", "--json", *self.records]
        said = process(*line, folder=self.folder)
        assert said.status == 0, said.err
        accounts: list[dict[str, Any]] = json.loads(said.out)["accounts"]
        return accounts

    def has_account(self) -> bool:
        """Whether the learner of the first plant has an active account at the school."""
        return (STAR.identifier, "active") in {
            (account["upn"], account["status"]) for account in self.accounts()
        }


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder = tmp_path_factory.mktemp("trial")
    with Served(["trial", "--port", "0", "--no-browser"], folder) as opened:
        url = opened.until(r"http://127\.0\.0\.1:\d+")[0]
        line = shlex.split(opened.until(r"hwb (--database \S+ --extracts \S+ --at \S+)")[1])
        yield Trial(url, line, folder)
        opened.terminate()
        ended = opened.ended()
        assert ended.status == 0
        assert STAR.identifier not in ended.err
        assert "Traceback" not in ended.err


def enter(page: Page, trial: Trial, person: str, place: str) -> None:
    """Open the page as a person, in a conversation."""
    page.goto("about:blank")
    page.goto(f"{trial.url}/#as={person}&in={place}")
    page.wait_for_selector("body[data-ready]")


def send(page: Page, line: str) -> None:
    """Type a line and send it."""
    page.get_by_role("textbox", name=re.compile("Message|Neges")).fill(line)
    page.keyboard.press("Enter")


def last(page: Page, text: str) -> Locator:
    """The newest message that says something."""
    return page.get_by_role("article").filter(has_text=text).last


def test_a_champion_finds_out_why_runs_now_and_sees_the_next_morning(page: Page, trial: Trial) -> None:
    assert not trial.has_account()
    page.goto(trial.url)
    page.wait_for_selector("body[data-ready]")
    pick(page, CHAMPION)
    enter(page, trial, CHAMPION, HELP)
    about = page.get_by_role("article").filter(has_text=STAR.identifier)
    earlier = about.count()  # other questions may have been asked about the same learner before
    send(page, f"/hwb why-missing {STAR.identifier}")
    expect(about).to_have_count(earlier + 1)

    answer = last(page, STAR.identifier)
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text("has not run successfully for Bro Alarch High School since")
    expect(answer).to_contain_text("Does the learner have a complete MIS record? Yes.")
    expect(answer).to_contain_text("Run the Provisioning Client for Bro Alarch High School.")
    answer.get_by_role("button", name="Run now").click()

    after = last(page, "nothing is missing")
    expect(after).to_contain_text(
        "The Provisioning Client has run for Bro Alarch High School.", timeout=A_RUN
    )
    expect(after).to_contain_text("matched")
    expect(after.get_by_role("button", name="Run now")).to_have_count(0)
    assert trial.has_account()

    after.get_by_role("button", name="Show the FAQ").click()
    expect(last(page, "does not have an account in the User Management Portal")).to_be_visible()
    expect(after).to_be_visible()

    pick(page, ANOTHER_PERSON)
    expect(page.get_by_role("heading", name="#hwb-cymorth")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text=STAR.identifier)).to_have_count(0)

    page.get_by_role("button", name="Next morning").click()
    expect(page.get_by_text("27 August 2026").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ runs? of the client"))).to_be_visible(timeout=A_RUN)
    pick(page, CHAMPION)
    send(page, "/hwb last-run")
    expect(last(page, "The client last ran successfully")).to_contain_text("on 27 Aug")


def test_a_modal_says_what_is_wrong_and_then_answers(page: Page, trial: Trial) -> None:
    enter(page, trial, CHAMPION, HELP)
    send(page, "/hwb why-missing")
    dialog = page.get_by_role("dialog", name="Why is it missing?")
    field = dialog.get_by_role("textbox", name="UPN or staff code")
    field.fill(STAR.identifier[:-1])
    dialog.get_by_role("button", name="Ask").click()
    expect(dialog.get_by_role("alert")).to_contain_text("A UPN has 13 characters; this has 12.")
    field.fill(STAR.identifier.lower())
    dialog.get_by_role("button", name="Ask").click()
    answered = page.get_by_role("dialog")
    expect(answered).to_contain_text("Does the learner have a complete MIS record? Yes.")
    expect(answered).not_to_contain_text("Looking at the records")
    answered.get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_home_shows_the_school_at_a_glance(page: Page, trial: Trial) -> None:
    enter(page, trial, CHAMPION, "home")
    home = page.get_by_role("main")
    expect(home).to_contain_text("Bro Alarch High School")
    expect(home).to_contain_text("on roll at Bro Alarch High School without an account there")
    home.get_by_role("button", name="Who is missing").click()
    shown = page.get_by_role("dialog")
    expect(shown).to_contain_text("without an account there")
    shown.get_by_role("button", name="Close").last.click()
    expect(shown).to_have_count(0)


def speak(page: Page, locale: str) -> None:
    """Choose the language of one's Slack, as one's profile has it."""
    page.get_by_role("button", name=re.compile("You are")).click()
    page.locator("select[data-locale]").select_option(locale)
    page.keyboard.press("Escape")


def test_who_changes_to_welsh_is_answered_in_welsh(page: Page, trial: Trial) -> None:
    enter(page, trial, LOOKS_AFTER_ALL, HELP)
    speak(page, "en-GB")
    send(page, "/hwb help")
    expect(last(page, "whose move it is")).to_contain_text("/hwb why-missing")
    speak(page, "cy-GB")
    send(page, "/hwb cymorth")
    expect(last(page, "pwy ddylai weithredu")).to_contain_text("/hwb pam-ar-goll")
    send(page, f"/hwb ar-goll {SCHOOL}")
    expect(last(page, "heb gyfrif yno")).to_contain_text("Ysgol Uwchradd Bro Alarch")
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.get_by_role("button", name="Bore trannoeth")).to_be_visible()


def test_an_answer_can_be_read_in_a_narrow_window(page: Page, trial: Trial) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, trial, CHAMPION, HELP)
    send(page, f"/hwb old-class {STAR.identifier}")
    answer = last(page, "Does the account have the class that the MIS has?")
    expect(answer).to_be_visible()
    expect(answer.get_by_role("button", name="Check again")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

"""Two workspaces by hand: `hwb trial --workspaces 2` in a process of its own, a person in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.trial.county import NEIGHBOURS, county
from bot.trial.county.people import DAFYDD, GWENNO, MAIR, SIAN, TOMOS
from tests.bot.command_line import Served
from tests.browser.accessibility import violations
from tests.browser.workspace_pages import messages, pick, send

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story")]

FIRST, SECOND = NEIGHBOURS
OURS = FIRST.part_of(county()).plants[0]
THEIRS = next(
    plant for plant in SECOND.part_of(county()).plants if plant.person == DAFYDD and plant.identifier
)
FORGOTTEN = next(plant for plant in county().plants if plant.id == "forgotten")
"""A learner of Dyffryn Eirlys for whom Penrhyn Gwyn has no leaving date."""
HELP = "C0CYMORTH"
A_RUN = 60_000
"""Milliseconds in which runs have ended, on a machine that has much else to do."""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The page of a trial of the test's own: one test goes on to the next morning and takes the app away."""
    with Served(["trial", "--workspaces", "2", "--port", "0", "--no-browser"], tmp_path) as opened:
        yield opened.until(r"http://127\.0\.0\.1:\d+")[0]
        opened.terminate()
        ended = opened.ended()
        assert ended.status == 0
        assert "Traceback" not in ended.err


def enter(page: Page, name: str) -> None:
    """Go to a workspace by the keyboard."""
    button = page.get_by_role("list", name="Workspaces").get_by_role("button", name=name)
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()


def be(page: Page, person: str, place: str = HELP) -> None:
    """Pick a person, and a place."""
    pick(page, person)
    page.locator(f"#side [data-place={place}]").click()


def test_the_previous_school_is_asked_and_who_asked_is_told_when_the_account_is_there(
    page: Page, url: str
) -> None:
    page.goto(f"{url}/#team={SECOND.team}&as={GWENNO}&in={HELP}")
    page.wait_for_selector("body[data-ready]")
    send(page, f"/hwb why-missing {FORGOTTEN.identifier}")
    answer = messages(page, "its MIS shows no leaving date").last
    answer.get_by_role("button", name="Tell me when it is there").click()
    expect(messages(page, "I will tell you")).to_have_count(1)
    answer.get_by_role("button", name="Ask the previous school").click()
    expect(messages(page, "I have asked Penrhyn Gwyn Community School")).to_be_visible()
    answer.get_by_role("button", name="Ask the previous school").click()
    expect(messages(page, "You asked Penrhyn Gwyn Community School for this on 26 Aug")).to_be_visible()

    be(page, MAIR, "D01MAIR")  # the MIS administrator of Penrhyn Gwyn, whose Slack is in Welsh
    letter = messages(page, "gofynnir am ddyddiad gadael").last
    expect(letter).to_contain_text(FORGOTTEN.identifier)
    expect(letter).to_contain_text("Gofynnwyd gan Ysgol Gyfun Dyffryn Eirlys (Pencampwr Digidol)")
    letter.get_by_role("button", name="Mae'r dyddiad gadael wedi'i nodi").click()
    expect(messages(page, "Edrychais ar unwaith. Nid yw'r data")).to_be_visible()
    page.locator("#things [data-control=leaving-dates]").click()  # its office enters the dates
    expect(page.get_by_text("Penrhyn Gwyn has entered the forgotten leaving dates.")).to_be_visible()
    letter.get_by_role("button", name="Mae'r dyddiad gadael wedi'i nodi").click()
    expect(letter).to_contain_text("Gwelais y dyddiad gadael yn nata'r ysgol", timeout=A_RUN)

    be(page, DAFYDD)
    send(page, "/hwb rhedeg 6602904")
    ran = "Mae'r Cleient Darparu wedi rhedeg ar gyfer Ysgol Gymuned Penrhyn Gwyn"
    expect(messages(page, ran)).to_be_visible(timeout=A_RUN)

    be(page, GWENNO, "D02GWENNO")
    told = messages(page, "has released the account you asked about").last
    expect(told).to_contain_text("Next the Provisioning Client of your school has to run.", timeout=A_RUN)
    told.get_by_role("button", name="Open").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Run now").click()
    expect(dialog).to_contain_text("nothing is missing", timeout=A_RUN)
    dialog.get_by_role("button", name="Close").last.click()
    expect(messages(page, "whom you asked about")).to_be_visible(timeout=A_RUN)


def test_neither_workspace_sees_the_other_and_one_can_leave(page: Page, url: str) -> None:
    page.goto(f"{url}/#team={FIRST.team}&as={MAIR}&in={HELP}")
    page.wait_for_selector("body[data-ready]")
    send(page, f"/hwb why-missing {OURS.identifier}")
    expect(messages(page, "The Provisioning Client has not run successfully for Bro Alarch")).to_be_visible()
    for school in (THEIRS.school, "6609999"):  # one of the other workspace, and one that does not exist
        send(page, f"/hwb why-missing {THEIRS.identifier} {school}")
        expect(messages(page, f"You have no role at school {school}, so I can say nothing")).to_be_visible()
    be(page, TOMOS)
    send(page, "/hwb grants")
    roles = page.get_by_role("dialog")
    expect(roles).to_contain_text("Mair Wyn Prydderch")
    expect(roles).not_to_contain_text("Dyffryn Eirlys")
    roles.get_by_role("button", name="Close").last.click()
    expect(roles).to_have_count(0)

    enter(page, SECOND.name)
    expect(page.get_by_text("Mair Wyn Prydderch")).to_have_count(0)
    page.locator("#side [data-place=home]").click()  # an equal id, and Slack in Welsh
    home = page.get_by_role("main")
    expect(home).to_contain_text("Ysgol Gymuned Penrhyn Gwyn")
    expect(home).not_to_contain_text("Alarch")
    page.locator(f"#side [data-place={HELP}]").click()
    expect(page.get_by_role("article")).to_have_count(0)
    send(page, f"/hwb pam-ar-goll {OURS.identifier} {OURS.school}")
    expect(messages(page, f"Nid oes gennych rôl yn ysgol {OURS.school}")).to_be_visible()
    be(page, DAFYDD)
    send(page, f"/hwb pam-ar-goll {THEIRS.identifier} {THEIRS.school}")
    expect(messages(page, "Ysgol Cae'r Ehedydd")).to_be_visible()
    assert violations(page) == []

    be(page, SIAN, "D04SIAN")  # letters go within seconds of their cause
    expect(messages(page, "Wednesday 26 August: what stands open")).to_be_visible(timeout=A_RUN)
    be(page, DAFYDD)

    page.locator("#things [data-control=uninstall]").click()
    expect(page.get_by_role("status")).to_contain_text("no longer installed in Glyn Eirlys")
    send(page, "/hwb cymorth")
    expect(messages(page, "is not a valid command")).to_be_visible()
    page.get_by_role("banner").get_by_role("button", name="Next morning").click()
    expect(page.get_by_text(re.compile(r"\d+ runs? of the client"))).to_be_visible(timeout=A_RUN)
    be(page, SIAN, "D04SIAN")
    expect(messages(page, "Wednesday 26 August: what stands open")).to_be_visible()
    expect(messages(page, "Thursday 27 August")).to_have_count(0)
    enter(page, FIRST.name)
    be(page, SIAN, "D04SIAN")
    expect(messages(page, "Thursday 27 August: what stands open")).to_be_visible()

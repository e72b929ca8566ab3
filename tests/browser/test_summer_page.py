"""The summer in the browser: an alert appears, is taken and given back, and says when it is put right."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bot.trial.county.people import DAFYDD, GWENNO
from tests.bot.command_line import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("summer-page")]

ALERT = re.compile(r"^(?![\s\S]*beth sydd ar agor)[\s\S]*Ysgol Rhyd-y-gwylanod: .*diwedd blwyddyn y MIS")
"""The alert's title, whatever its state; a digest names the school too, and is none."""
A_WEEK = 120_000
"""Milliseconds in which a week has gone by, on a machine that has much else to do."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A trial that begins on the Friday of rollover week; it ends soon, also while a week is being played."""
    words = ["trial", "--from", "2026-08-28", "--port", "0", "--no-browser"]
    with Served(words, tmp_path_factory.mktemp("summer")) as opened:
        yield opened.until(r"http://127\.0\.0\.1:\d+")[0]
        opened.terminate()
        ended = opened.ended(seconds=10)  # five, on a machine with nothing else to do
        assert ended.status == 0
        assert "Traceback" not in ended.err


def test_an_alert_appears_changes_and_resolves(page: Page, url: str) -> None:
    page.goto(f"{url}/#as={GWENNO}&in=D{GWENNO[1:]}")
    page.wait_for_selector("body[data-ready]")
    alert = page.get_by_role("article").filter(has_text=ALERT)
    expect(alert).to_contain_text("Nid oes neb wedi cymryd hwn eto", timeout=A_WEEK)

    alert.get_by_role("button", name="Fe ofalaf amdano").click()
    expect(alert).to_contain_text("Cymerwyd ar", timeout=A_WEEK)
    alert.get_by_role("button", name="Nid fi wedi'r cyfan").click()
    expect(alert).to_contain_text("Nid oes neb wedi cymryd hwn eto", timeout=A_WEEK)

    page.locator(".btn-control[data-control=next-week]").click()
    expect(alert).to_contain_text("wedi'i ddatrys", timeout=A_WEEK)
    expect(alert).to_have_count(1)

    page.goto("about:blank")
    page.goto(f"{url}/#as={DAFYDD}&in=D{DAFYDD[1:]}")
    page.wait_for_selector("body[data-ready]")
    expect(page.get_by_role("article").filter(has_text="schools ready").last).to_be_visible(timeout=A_WEEK)

    # The trial is asked to end while another week goes by
    with page.expect_request("**/page/control"):
        page.locator(".btn-control[data-control=next-week]").click()

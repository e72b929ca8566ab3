"""fit(): whatever is asked of it, the workspace, which has Slack's limits, takes what it gives."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack import limits
from bot.slack.blocks import Block, Screen, actions, button, context_block, divider, header, option, section
from bot.slack.blocks import select as menu
from bot.slack.buttons import Action
from bot.slack.fit import cut, fit, fit_view
from slack_workspace.blocks import check_message, check_view

MORE = "There is more."


def test_sixty_blocks_end_in_a_line_that_says_so() -> None:
    fitted = fit(Screen("x", [section(str(number)) for number in range(60)]), MORE)
    assert len(fitted.blocks) == 50
    assert fitted.blocks[-1] == context_block(MORE)
    assert fitted.blocks[48] == section("48")


def test_fifty_blocks_are_all_there() -> None:
    blocks = [section(str(number)) for number in range(50)]
    assert fit(Screen("x", blocks), MORE).blocks == blocks


def test_a_view_takes_a_hundred() -> None:
    assert len(fit_view([divider()] * 100, MORE)) == 100
    assert fit_view([divider()] * 101, MORE)[-1] == context_block(MORE)


def test_text_in_all_stays_under_what_slack_takes() -> None:
    fitted = fit(Screen("x", [section("m" * 2_900)] * 10), MORE)
    assert sum(len(str(block["text"]["text"])) for block in fitted.blocks[:-1]) <= 12_000
    assert fitted.blocks[-1] == context_block(MORE)


def test_cut_ends_in_an_ellipsis_and_only_where_it_cuts() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"


def test_an_entity_is_not_cut_in_two() -> None:
    assert cut("a&amp;b", 4) == "a…"


@pytest.fixture(autouse=True)
def labelled_buttons() -> None:
    """Take buttons as they are drawn: they are of no feature, and may sound alike."""


WORDS = st.text(max_size=4).flatmap(lambda few: st.integers(0, 1200).map(lambda times: few * times or "x"))


class FitAction(Action):
    """A button and a menu of no feature."""

    BUTTON = "b"
    MENU = "m"


BUTTONS = st.builds(
    lambda number, words: button(FitAction.BUTTON, words, "v", which=number), st.integers(), WORDS
)
ROWS = st.lists(BUTTONS, min_size=1, max_size=30, unique_by=lambda drawn: drawn["action_id"]).map(actions)
MENUS = st.integers(1, 120).map(
    lambda many: actions(
        [menu(FitAction.MENU, "p" * 200, [option("o" * 90, str(number)) for number in range(many)])]
    )
)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    WORDS.map(section), WORDS.map(header), WORDS.map(context_block), st.just(divider()), ROWS, MENUS
)


@settings(max_examples=40)
@given(st.lists(BLOCKS, min_size=1, max_size=130), WORDS)
def test_what_is_fitted_is_taken(blocks: list[Any], text: str) -> None:
    fitted = fit(Screen(text, blocks), MORE)
    assert len(fitted.text) <= limits.MESSAGE_TEXT_ADVISED
    check_message(list(fitted.blocks))
    title = {"type": "plain_text", "text": "Title"}
    check_view({"type": "modal", "title": title, "blocks": fit_view(blocks, MORE)}, "modal")

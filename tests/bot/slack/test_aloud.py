"""What a screen reader says of a message: the whole of it, in sentences, without signs that only eyes see."""

import re
from pathlib import Path

import pytest

import bot
from bot.slack import limits
from bot.slack.aloud import lines_of
from bot.slack.blocks import Block, Screen, context_block, divider, escape, header, section
from bot.slack.fit import as_message
from bot.slack.mrkdwn_words import DECORATION
from bot.slack.voice import Voice
from tests.everything import knowledge

VOICE = Voice(knowledge().catalogue, "en")
_SIGN = re.compile(r":([a-z_]{1,30}):")


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (":x:  *Run since*\n>Never run.", ["Not in order: Run since.", "Never run."]),
        (":x::white_check_mark: Glan", ["Not in order, In order: Glan."]),
        (":tada: All reviewed", ["All reviewed."]),
        ("Glan :warning: Nant", ["Glan Warning Nant."]),
        ("`6809903` has _no_ extract", ["6809903 has no extract."]),
        ("*2*  `H801200001001` `JEV`", ["2, H801200001001, JEV."]),
        ("~21 Aug~ · End of year", ["21 Aug (past). End of year."]),
        ("• 3 open → Digital Champion", ["3 open; next: Digital Champion."]),
        ("→ the office · 01633", ["Next: the office, 01633."]),
        ("Taken by <@U0NIA> and <!subteam^S0DESK>", ["Taken by <@U0NIA> and <!subteam^S0DESK>."]),
        ("<https://hwb.gov.wales|Hwb>, <https://a.example>", ["Hwb, https://a.example."]),
        ("Names &lt;A&gt; &amp; sons 5*A*", ["Names &lt;A&gt; &amp; sons 5*A*."]),
        ("a_b_c@hwb and 3*4*5", ["a_b_c@hwb and 3*4*5."]),
        ("```Dear\nMs Jones```", ["Dear.", "Ms Jones."]),
    ],
)
def test_signs_become_words_and_mentions_stay(shown: str, said: list[str]) -> None:
    assert lines_of([section(shown)], VOICE) == said


def test_headings_fields_and_small_print_are_said_in_their_order() -> None:
    field: Block = {"type": "mrkdwn", "text": "*Account*\nAnn Arall\nYear 7"}
    blocks = [
        header("A & B"),
        divider(),
        section("Look.") | {"fields": [field]},
        context_block("Guide, 2020"),
    ]
    assert lines_of(blocks, VOICE) == ["A &amp; B.", "Look.", "Account: Ann Arall, Year 7.", "Guide, 2020."]


def test_each_row_of_a_table_is_said_with_the_names_of_its_columns() -> None:
    def cell(words: str) -> Block:
        return {"type": "raw_text", "text": words}

    nia = {"type": "user", "user_id": "U0NIA"}
    rich = [{"type": "emoji", "name": "x"}, {"type": "text", "text": " asked "}, nia]
    signs = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": rich}]}
    rows = [
        [cell("School"), cell("Open"), cell("")],
        [cell("Glan High"), cell("3"), signs],
        [cell("Nant & Co"), cell(""), cell("-")],
    ]
    assert lines_of([{"type": "table", "rows": rows}], VOICE) == [
        "School: Glan High; Open: 3; Not in order: asked <@U0NIA>.",
        "School: Nant &amp; Co; -.",
    ]


def test_a_headline_that_the_blocks_have_is_said_once() -> None:
    assert as_message(Screen("All is well", [section("*All is well*")]), VOICE)["text"] == "All is well."
    apart = Screen("Accounts at Glan", [section("*Ann Arall*")])
    assert as_message(apart, VOICE)["text"] == "Accounts at Glan\nAnn Arall."


def test_what_is_too_long_ends_at_a_line_that_says_that_more_is_shown() -> None:
    long = Screen("Many", [section(f"{number} " + "m" * 180) for number in range(40)])
    lines = as_message(long, VOICE)["text"].splitlines()
    assert lines[-1] == "More is shown in the message."
    assert lines[-2].endswith("m.")
    assert 3_700 < len("\n".join(lines)) <= limits.MESSAGE_TEXT_ADVISED


def test_a_screen_may_have_words_of_its_own() -> None:
    own = Screen("Board", [section(":x::x:")], "Glan <High>: two stages open.")
    assert as_message(own, VOICE)["text"] == "Glan &lt;High&gt;: two stages open."


def test_a_bare_text_is_the_headline_alone() -> None:
    named = Screen(":warning: An account has ended", [section(escape("Ann Arall"))])
    assert as_message(named, VOICE, bare=True)["text"] == "Warning: An account has ended"


def test_every_sign_that_the_bot_shows_has_a_word_or_is_decoration() -> None:
    folder = Path(bot.__file__).parent
    sources = [path for path in folder.rglob("*") if path.suffix in (".py", ".toml")]
    shown = {name for path in sources for name in _SIGN.findall(path.read_text(encoding="utf-8"))}
    assert "white_check_mark" in shown
    left = {name for name in shown - DECORATION if f"aloud.emoji.{name}" not in VOICE.catalogue}
    assert not left

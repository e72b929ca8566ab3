"""Control characters, turned text and line breaks of records and typed words reach no reader."""

import io
import json
import logging
import unicodedata
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from rich.console import Console

from bot.cli.output import PlainConsole
from bot.cli.tables import PlainTable
from bot.commands import Command, Verbs
from bot.outbox.transports.email import as_email
from bot.outbox.transports.external import ExternalMessage
from bot.people.audit import AuditFilter, AuditRecord, keep, read
from bot.service import bootstrap
from bot.service.features import VERBS
from bot.service.logs import Masking
from bot.settings_tables import EmailHandOver
from bot.slack.blocks import escape, header
from bot.slack.csv_files import csv_file, harmless
from bot.slack.fit import as_message
from bot.slack.notices import unknown
from bot.slack.voice import Voice
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, UK, Bilingual, Language
from knowledge.visible import one_line, seen, seen_in
from provisioning.masking import plain
from provisioning.sources.cells import clean
from provisioning.store.database import Database
from tests.bot.command_line import CommandLine
from tests.tried import Tried

WICKED = {
    "clears the screen": "\x1b[2J\x1b[H",
    "erases the line": "\x1b[2K\r",
    "fills the clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07",
    "is an eight-bit sequence": "\x9b2J",
    "rings": "\x07",
    "ends the text": "\x00",
    "turns the text round": "\u202e",
    "isolates a turned text": "\u2067x\u2069",
    "hides a letter": "\u200b\u2060\ufeff\u00ad",
    "writes with invisible tags": "\U000e0041\U000e0042",
    "breaks the line": "\n",
    "breaks the line as Unicode does": "\u2028",
    "begins a paragraph": "\u2029",
    "breaks the line as old machines do": "\x85",
    "breaks the page": "\x0c",
    "is half a pair": "\ud800",
}
"""What a name, a class or a typed word may hold, by what it does where it is obeyed."""
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
everything = cache(bootstrap.knowledge)
NOW = datetime(2026, 9, 7, 9, tzinfo=UK)
wicked = pytest.mark.parametrize("attack", WICKED.values(), ids=WICKED)


def unseen(text: str, but: str = "") -> list[str]:
    """The characters of a text that can't be seen."""
    return [each for each in text if unicodedata.category(each) in UNSEEN and each not in but]


@wicked
def test_both_borders_leave_it_out(attack: str, tried: Tried) -> None:
    word = f"5A{attack}*Hwb:* all is well"
    for cleaned in (
        one_line(word),
        clean(word),
        seen(word.replace("\n", " ")),
        plain(word).replace("\n", " "),
    ):
        assert not unseen(cleaned)
        assert cleaned.startswith("5A")
        assert cleaned.endswith("*Hwb:* all is well")
    tried("control characters at borders", 4)


@wicked
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_record_makes_a_line_of_a_sentence(
    attack: str, language: Language, knowledge: Knowledge, tried: Tried
) -> None:
    voice = Voice(knowledge.catalogue, language)
    name = f"Ysgol{attack}*Hwb:* pob dim yn iawn"
    for said in (
        voice.plain("error.file-not-opened", file=name, why=name),
        voice.mrkdwn("error.file-not-opened", file=name, why=name),
        voice.plain("error.file-not-opened", file=Bilingual(name, name), why="x"),
        voice.name(Bilingual(name, name)),
    ):
        assert not unseen(said)
    tried("control characters in sentences", 4)


@wicked
def test_a_slack_screen_obeys_nothing(attack: str, tried: Tried) -> None:
    voice = Voice(everything().catalogue, "en")
    typed = Verbs(VERBS.every).parse(f"zz{attack}zz")
    screen = as_message(unknown(typed, [], voice), voice) if not isinstance(typed, Command) else {}
    assert not unseen(json.dumps(screen, ensure_ascii=False), but="\n")
    assert not unseen(escape(f"a{attack}b"), but="\n")
    assert not unseen(header(f"a{attack}b")["text"]["text"], but="\n")
    tried("control characters typed in Slack", 3)


@wicked
@pytest.mark.parametrize(
    "line", ["why-missing {} 6601001", "ask why is {} missing", "grants {}", "triage {}"]
)
def test_what_is_typed_is_cleaned_before_it_is_read(attack: str, line: str, tried: Tried) -> None:
    parsed = Verbs(VERBS.every).parse(line.format(f"JE{attack}V"))
    about = parsed.about if isinstance(parsed, Command) else parsed.word
    assert not unseen(about, but="\n" if line.startswith("triage") else "")
    tried("control characters typed in Slack", 1)


@wicked
def test_a_terminal_is_told_nothing_but_words(attack: str, tried: Tried) -> None:
    terminal = io.StringIO()
    console = PlainConsole(file=terminal, force_terminal=False, width=80)
    table = PlainTable("class")
    table.add_row(f"5A{attack}*")
    console.print(f"5A{attack}*")
    console.print(table)
    assert isinstance(console, Console)
    assert not unseen(terminal.getvalue(), but="\n")
    assert not unseen(json.dumps(seen_in({attack: [attack, (attack,)]}), ensure_ascii=False))
    tried("control characters on terminals", 3)


@wicked
def test_a_command_prints_none_of_what_was_typed(attack: str, hwb: CommandLine, tried: Tried) -> None:
    if "\0" in attack or "\ud800" in attack:
        pytest.skip("no system takes such an argument")
    for line in ("faq", "ask", "why-missing", "audit", "no-such-word"):
        said = hwb(line, f"JE{attack}V")
        assert not unseen(said.out + said.err, but="\n\t")
    tried("control characters on the command line", 5)


@wicked
def test_files_and_letters_and_logs_hold_none(attack: str, tried: Tried) -> None:
    assert not unseen(csv_file(["class"], [[f"5A{attack}"]]).decode()[1:], but="\r\n")
    message = ExternalMessage("1", NOW, f"Ysgol{attack}Bcc: x@y.z", f"a{attack}b", "case", {"school": attack})
    settings = EmailHandOver(by="email", to="desk@example.org", sender="hwb@example.org", host="h")
    sent = as_email(message, settings)
    assert not unseen(sent["Subject"])
    assert "Bcc" not in sent
    line = logging.LogRecord("bot", logging.INFO, "", 0, "%s", (f"a{attack}2026 ERROR forged",), None)
    assert not unseen(Masking("%(message)s").format(line))
    tried("control characters in files, letters and logs", 3)


@wicked
def test_the_audit_keeps_none(attack: str, database: Database, tried: Tried) -> None:
    dirty = f"JE{attack}V"
    keep(database, AuditRecord(NOW, f"cli:{dirty}", "cli", dirty, dirty, dirty, dirty))
    with database.reading() as session:
        (entry,) = read(session, AuditFilter())
    fields: tuple[Any, ...] = (entry.who, entry.action, entry.school, entry.subject, entry.outcome)
    assert not unseen("".join(map(str, fields)))
    tried("control characters in the audit", 1)


def test_a_hidden_sign_makes_no_formula() -> None:
    assert harmless("\u200b=1+1") == "'=1+1"
    assert harmless("\x00@SUM(A1)") == "'@SUM(A1)"


@pytest.mark.parametrize(
    "own",
    [
        "Ŵyl Ŷr ŵ ŷ â ê î ô û",
        "\U0001f469\u200d\U0001f4bb works",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f Cymru",
        "☎\ufe0f 0300",
        "e\u0301",
        "a\u00a0b",
        "✅ done – 2",
    ],
)
def test_welsh_letters_and_emoji_do_not_suffer(own: str) -> None:
    assert one_line(own) == own
    assert seen(own) == own


def test_our_own_line_breaks_stay() -> None:
    assert seen("*Glan*\n\tone\r\ntwo") == "*Glan*\n\tone\ntwo"

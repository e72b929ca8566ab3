"""Tokens on the command line: shown once, for a role at places, until a day."""

import sqlite3

import pytest

from tests.bot.command_line import CommandLine
from tests.bot.hand_written import AUGUST, PRIMARY, SCHOOLS


@pytest.fixture
def at(hwb: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("HWB_AT", AUGUST)
    hwb.write("schools.csv", SCHOOLS)
    assert hwb("schools import schools.csv").status == 0
    return hwb


def test_a_token_is_shown_once_and_only_its_hash_is_kept(at: CommandLine) -> None:
    said = at("api-tokens add warehouse local-authority --all --until 2026-12-31").out
    first, secret = said.splitlines()
    assert first.startswith("This is the token. It is shown this once")
    assert secret.startswith("hwb_")
    listed = at("api-tokens list").out
    assert "warehouse" in listed
    assert "31 December 2026" in listed
    assert secret not in listed
    with sqlite3.connect(at.folder / "data/hwb.sqlite3") as database:
        assert secret not in "\n".join(database.iterdump())
    assert secret not in at("audit --json").out


def test_a_name_is_given_once_until_it_is_revoked(at: CommandLine) -> None:
    line = f"api-tokens add board digital-champion --school {PRIMARY} --until 2026-12-31"
    assert at(line).status == 0
    assert at(line).explains("There is a token called board already")
    assert at("api-tokens revoke board --json").shape == {"tokens": []}
    assert at(line).status == 0
    assert at("api-tokens revoke other").explains("no token called other")


REFUSED = {
    "UPPER local-authority --all --until 2026-12-31": "can't be the name of a token",
    "old local-authority --all --until 2026-08-25": "A token can't end on 25 August 2026",
    "long local-authority --all --until 2027-12-31": "400 days ahead at most",
    "there local-authority --la 999 --until 2026-12-31": "999",
    "here local-authority --school 6999999 --until 2026-12-31": "6999999",
}


def test_what_a_token_cannot_be(at: CommandLine) -> None:
    for line, said in REFUSED.items():
        assert at(f"api-tokens add {line}").explains(said), line
    assert at("api-tokens add here local-authority --until 2026-12-31").status == 2, "no place"
    assert at("api-tokens add here local-authority --all").status == 2, "no last day"
    assert at("api-tokens list --json").shape == {"tokens": []}


def test_who_made_and_revoked_a_token_is_in_the_audit(at: CommandLine) -> None:
    at("api-tokens add warehouse local-authority --all --until 2026-12-31")
    at("api-tokens revoke warehouse")
    records = at("audit --subject warehouse --json").shape["audit"]
    assert [record["deed"] for record in records] == ["api-tokens revoke", "api-tokens add"]
    assert all(record["who"].startswith("cli:") for record in records)

"""Board, readiness and runs for other systems: what the command line prints, as far as a token reaches."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.bot.api.api_client import ApiClient
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import PRIMARY, SECONDARY, SION

WHOLE_COUNTRY = "--all --until 2026-12-31"


def token(at: CommandLine, name: str, role: str, where: str) -> str:
    """A new token, as `hwb api-tokens add` shows it."""
    shown: str = at(f"api-tokens add {name} {role} {where} --json").shape["token"]
    return shown


def without_notes(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Runs without what each noticed, which the command line tells by person and the API by number."""
    return [{key: value for key, value in run.items() if key != "notes"} for run in answer["runs"]]


def of_audit(at: CommandLine, who: str) -> list[tuple[str, str | None, str]]:
    """What the audit has of a token: command, school and outcome, oldest first."""
    found = at(f"audit --who {who} --json").shape["audit"]
    assert {record["door"] for record in found} <= {"api"}
    return [(record["deed"], record["school"], record["outcome"]) for record in reversed(found)]


def test_the_answers_are_what_the_command_line_prints(august: CommandLine, api: ApiClient) -> None:
    key = token(august, "warehouse", "local-authority", WHOLE_COUNTRY)
    assert api.get("/v1/board", key).shape == august("rollover --all --json").shape
    one = api.get(f"/v1/schools/{PRIMARY}/readiness", key)
    assert one.shape == august(f"rollover --school {PRIMARY} --json").shape
    runs = api.get(f"/v1/schools/{SECONDARY}/runs?last=5", key)
    printed = august(f"runs --school {SECONDARY} --last 5 --json").shape
    assert without_notes(runs.shape) == without_notes(printed)
    assert runs.shape["runs"]
    welsh = api.get(f"/v1/schools/{PRIMARY}/readiness?lang=cy", key)
    assert welsh.shape == august(f"rollover --school {PRIMARY} --json --lang cy").shape != one.shape
    assert welsh.headers["cache-control"] == "no-store"


def test_a_frozen_school_is_told_without_who_froze_it(august: CommandLine, api: ApiClient) -> None:
    key = token(august, "warehouse", "local-authority", WHOLE_COUNTRY)
    freeze = f"freeze --school {PRIMARY} --from 2026-08-26 --to 2026-09-04 --reason server-move"
    assert august(freeze).status == 0
    board = {school["school"]: school for school in api.get("/v1/board", key).shape["schools"]}
    assert board[PRIMARY]["frozen"] == {"id": 1, "until": "2026-09-04", "reason": "server-move"}
    assert "frozen" not in board[SECONDARY]


def test_runs_name_no_person(august: CommandLine, api: ApiClient) -> None:
    key = token(august, "warehouse", "local-authority", WHOLE_COUNTRY)
    learners = august.folder / "data" / "extracts" / PRIMARY / "learners.csv"
    learners.write_bytes(
        b"".join(row for row in learners.read_bytes().splitlines(True) if SION not in row.decode("cp1252"))
    )
    assert august(f"provision --school {PRIMARY}").status == 0
    printed = august(f"runs --school {PRIMARY} --json").shape["runs"]
    assert [note["identifier"] for run in printed for note in run["notes"]] == [SION]
    answer = api.get(f"/v1/schools/{PRIMARY}/runs", key)
    assert answer.shape["runs"][0]["notes"] == [{"note": "vanished", "kind": "learner", "count": 1}]
    assert SION not in answer.body


def test_a_token_opens_its_own_schools_and_tells_nothing_of_others(
    august: CommandLine, api: ApiClient
) -> None:
    key = token(august, "one-school", "digital-champion", f"--school {PRIMARY} --until 2026-12-31")
    assert [each["school"] for each in api.get("/v1/board", key).shape["schools"]] == [PRIMARY]
    assert api.get(f"/v1/schools/{PRIMARY}/runs", key).status == 200
    other = api.get(f"/v1/schools/{SECONDARY}/runs", key)
    made_up = api.get("/v1/schools/6999999/runs", key)
    assert other.error == made_up.error == (403, "api-forbidden")
    assert other.body == made_up.body
    assert api.get("/v1/board?la=999", key).error == (403, "api-forbidden")


def test_without_a_good_token_nothing_is_answered(august: CommandLine, api: ApiClient) -> None:
    for given in ("", "hwb_wrong", "x" * 5000):
        answer = api.get("/v1/board", given)
        assert answer.error == (401, "api-token-wrong")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert of_audit(august, "api:-") == [("rollover", None, "error:api-token-wrong")] * 3


def test_a_token_that_has_ended_or_was_revoked_opens_nothing(
    august: CommandLine, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWB_AT", "2026-08-20T09:00")
    ended = token(august, "short", "local-authority", "--all --until 2026-08-21")
    monkeypatch.setenv("HWB_AT", "2026-08-26T09:00")
    good = token(august, "last-day", "local-authority", "--all --until 2026-08-26")
    assert api.get("/v1/board", ended).error == (401, "api-token-wrong")
    assert api.get("/v1/board", good).status == 200
    assert august("api-tokens revoke last-day").status == 0
    assert api.get("/v1/board", good).error == (401, "api-token-wrong")


def test_every_call_is_in_the_audit_refused_ones_too(august: CommandLine, api: ApiClient) -> None:
    key = token(august, "one-school", "digital-champion", f"--school {PRIMARY} --until 2026-12-31")
    api.get("/v1/board", key)
    api.get(f"/v1/schools/{PRIMARY}/runs", key)
    api.get(f"/v1/schools/{SECONDARY}/readiness", key)
    assert of_audit(august, "api:one-school") == [
        ("rollover", None, "ok"),
        ("runs", PRIMARY, "ok"),
        ("rollover", SECONDARY, "error:api-forbidden"),
    ]


def test_what_is_not_in_the_contract_is_refused_and_not_passed_over(
    august: CommandLine, api: ApiClient
) -> None:
    key = token(august, "warehouse", "local-authority", WHOLE_COUNTRY)
    for query in ("last=0", "last=1001", "last=5&last=6", "lastt=5", "lang=fr"):
        answer = api.get(f"/v1/schools/{PRIMARY}/runs?{query}", key)
        assert answer.error == (400, "api-parameter"), query
        assert query.partition("=")[0] in answer.shape["said"]
    assert api.get("/v1/board", key, method="POST").error == (404, "api-path")
    assert api.get("/v1/accounts", key).error == (404, "api-path")


def test_an_address_with_a_slash_too_many_leads_nowhere(august: CommandLine, api: ApiClient) -> None:
    """A redirection would go by http to whatever host the request names, and take the token there."""
    key = token(august, "warehouse", "local-authority", WHOLE_COUNTRY)
    for path in ("/v1/board/", f"/v1/schools/{PRIMARY}/runs/", "/dates.ics/"):
        assert api.get(path, key).error == (404, "api-path")


def test_only_the_digits_of_the_contract_are_numbers(august: CommandLine, api: ApiClient) -> None:
    """Arabic digits: a program of the other system that sends them learns of it."""
    key = token(august, "warehouse", "local-authority", WHOLE_COUNTRY)
    five, year = quote("1\u0665"), quote("\u0662\u0660\u0662\u0666")
    assert api.get(f"/v1/schools/{PRIMARY}/runs?last={five}", key).error == (400, "api-parameter")
    assert api.get(f"/v1/board?la={quote(chr(0x666) * 3)}", key).error == (400, "api-parameter")
    assert api.get(f"/dates.ics?year={year}").error == (400, "api-parameter")

"""The log carries no person's identifier, from any library."""

import io
import json
import logging
from concurrent.futures import wait
from typing import Any

import pytest

from bot.service.logs import AwayFilter, JsonLines, Masking, is_wanted
from bot.slack.background import BackgroundWork
from provisioning import log_fields
from provisioning.errors import DatabaseProblem
from tests.quiet import identifies_a_person


def test_what_a_library_quotes_is_masked_in_the_line_and_in_the_traceback() -> None:
    shown = io.StringIO()
    handler = logging.StreamHandler(shown)
    handler.setFormatter(Masking("%(levelname)s %(message)s"))
    log = logging.Logger("a-library")
    log.addHandler(handler)
    try:
        raise ValueError("Key (upn)=(H801200001001) already exists: bloggsj@hwbcymru.net")
    except ValueError:
        log.exception("could not store %s", "R201100018042")
    text = shown.getvalue()
    assert text.startswith("ERROR could not store ***")
    assert "already exists" in text
    assert not any(private in text for private in ("H801200001001", "R201100018042", "bloggsj"))


def test_of_a_library_only_what_went_wrong_whatever_level_it_gave_itself() -> None:
    def line(name: str, level: int) -> logging.LogRecord:
        return logging.makeLogRecord({"name": name, "levelno": level})

    assert not is_wanted(line("bm25s", logging.DEBUG))
    assert not is_wanted(line("botany", logging.INFO))
    assert is_wanted(line("bm25s", logging.WARNING))
    assert is_wanted(line("bot.service.connected", logging.INFO))


def test_slacks_client_quotes_a_web_filter_so_its_lines_are_left_out() -> None:
    line = logging.makeLogRecord({"name": "slack_sdk.web.base_client", "levelno": logging.ERROR})
    assert not is_wanted(line)


def test_while_the_database_is_away_there_is_one_line_a_minute() -> None:
    shown, clock = io.StringIO(), [1000.0]
    handler = logging.StreamHandler(shown)
    handler.setFormatter(Masking("%(levelname)s %(message)s"))
    handler.addFilter(AwayFilter(lambda: clock[0]))
    log, pool = logging.Logger("a-job"), logging.Logger("sqlalchemy.pool.impl.QueuePool")
    log.addHandler(handler)
    pool.addHandler(handler)
    for second in range(150):
        clock[0] = 1000.0 + second
        try:
            raise DatabaseProblem("database-unreachable", database="postgresql://server/hwb")
        except DatabaseProblem:
            log.exception("Job %s raised an exception", "deliver")
        pool.error("Exception during reset or similar")
        if second == 70:
            log.error("something else")
    lines = shown.getvalue().splitlines()
    assert [line for line in lines if "database can't be used" not in line] == ["ERROR something else"]
    assert len(lines) == 4  # at 0, 60 and 120 seconds, and the other line
    assert "error.database-unreachable" in lines[0]


def written(form: logging.Formatter) -> tuple[logging.Logger, io.StringIO]:
    """A log of its own, and what it writes in a form."""
    shown, log = io.StringIO(), logging.Logger("bot.a-part")
    handler = logging.StreamHandler(shown)
    handler.setFormatter(form)
    log.addHandler(handler)
    return log, shown


def test_a_line_says_the_run_the_school_and_the_request_it_is_about() -> None:
    log, shown = written(Masking("%(message)s"))
    with log_fields.about(reference="1a2b3c4d"), log_fields.about(run=12, school="6602001"):
        log.warning("the accounts changed meanwhile")
        log.error("run 12 of school 6602001 failed, reference 1a2b3c4d")
    log.info("connected to Slack")
    assert shown.getvalue().splitlines() == [
        "the accounts changed meanwhile (run 12, school 6602001, reference 1a2b3c4d)",
        "run 12 of school 6602001 failed, reference 1a2b3c4d",
        "connected to Slack",
    ]


def test_in_json_each_line_is_an_object_without_people() -> None:
    log, shown = written(JsonLines())
    with log_fields.about(run=12, school="6602001"):
        try:
            raise ValueError("Key (upn)=(H801200001001) already exists")
        except ValueError:
            log.exception("could not store %s", "bloggsj@hwbcymru.net")
    (line,) = shown.getvalue().splitlines()
    said: dict[str, Any] = json.loads(line)
    assert (said["level"], said["logger"], said["run"], said["school"]) == (
        "error",
        "bot.a-part",
        12,
        "6602001",
    )
    assert said["message"] == "could not store ***"
    assert said["time"].endswith("+00:00")
    assert "ValueError: Key (upn)=(***) already exists" in said["exc_info"]
    assert "reference" not in said


def test_what_a_request_has_begun_in_the_background_keeps_its_reference() -> None:
    work, found = BackgroundWork(), list[str]()
    with log_fields.about(reference="1a2b3c4d"):
        wait([work.begin(lambda: found.append(log_fields.reference()))])
    wait([work.begin(lambda: found.append(log_fields.reference()))])
    work.stop()
    assert found[0] == "1a2b3c4d"
    assert found[1] != "1a2b3c4d"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("could not store H801200001001", True),
        ("Seren has no account", True),
        ("reference 1a2b3c4d of school 6809903, run 12", False),
        ("2 runs on schedule, 0 schools refused", False),
    ],
)
def test_the_whole_suites_log_is_looked_through_for_people(line: str, names: bool) -> None:
    assert identifies_a_person(line) is names

"""Lists that can be a nation's are printed in portions: the JSON is whole, and memory stays flat."""

import gc
import json
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice

import pytest
from sqlalchemy import insert

from bot.cli.output import account_json, json_list
from provisioning.records.people import Kind
from provisioning.records.runs import RunStatus
from provisioning.store import accounts, run_listing
from provisioning.store.database import Database
from provisioning.store.tables.accounts import AccountRow
from provisioning.store.tables.runs import RunRow
from tests.bot.command_line import CommandLine
from tests.builders import GLAN, NOW, Schools

FEW = 2_500


@pytest.mark.parametrize("entries", [0, 1, 499, 500, 501, 1200])
def test_the_json_is_that_of_a_single_writing(entries: int) -> None:
    rows = [{"id": number, "of": ["Siân\nJones", None], "none": {}} for number in range(entries)]
    whole = json.dumps({"rows": rows}, ensure_ascii=False, indent=2) + "\n"
    assert "".join(json_list("rows", rows)) == whole


def test_the_lists_of_an_empty_installation(hwb: CommandLine) -> None:
    assert hwb("runs --json").out == '{\n  "runs": []\n}\n'
    assert hwb("accounts --json").out == '{\n  "accounts": []\n}\n'


def put_runs(database: Database, first: int, count: int) -> None:
    rows = [
        {
            "id": number,
            "school": GLAN.number,
            "status": RunStatus.SUCCEEDED.value,
            "started_by": "test",
            "started_at": NOW + timedelta(minutes=number),
            "counts": {},
            "holds": [],
        }
        for number in range(first, first + count)
    ]
    with database.writing() as session:
        session.execute(insert(RunRow), rows)


def put_accounts(database: Database, first: int, count: int) -> None:
    rows = [
        {
            "id": number,
            "kind": Kind.STAFF.value,
            "school": GLAN.number,
            "username": f"JonesS{number}@hwb.test",
            "username_key": f"joness{number}@hwb.test",
            "surname": "Jones",
            "forename": "Siân",
            "status": "active",
            "staff_code": f"T{number}",
        }
        for number in range(first, first + count)
    ]
    with database.writing() as session:
        session.execute(insert(AccountRow), rows)


def peak(entries: Callable[[], Iterable[object]]) -> int:
    """The most memory that going through `entries`, which has been done before, takes at a time, in bytes.

    Garbage is looked for as often as Python does by itself; the program looks after many more objects.
    """
    often = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    tracemalloc.start()
    deque(entries(), maxlen=0)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    gc.set_threshold(*often)
    return most


@pytest.mark.both_databases
@pytest.mark.parametrize("listed", ["runs", "accounts"])
def test_memory_does_not_grow_with_the_number(provisioning: Schools, listed: str) -> None:
    database, put = provisioning.database, {"runs": put_runs, "accounts": put_accounts}[listed]

    def pieces() -> Iterable[str]:
        with database.reading() as session:
            entries = {
                "runs": ({"id": run.id} for run in run_listing.newest(session)),
                "accounts": map(account_json, accounts.each(session)),
            }
            yield from json_list(listed, entries[listed])

    def told() -> int:
        return sum(piece.count('"id"' if listed == "runs" else '"username"') for piece in pieces())

    put(database, 1, FEW)
    assert told() == FEW
    few = peak(pieces)
    put(database, FEW + 1, 4 * FEW)
    assert told() == 5 * FEW
    assert peak(pieces) <= few * 2  # a whole list would take five times as much


def test_runs_are_read_in_portions_each_once(provisioning: Schools) -> None:
    put_runs(provisioning.database, 1, 1_203)
    with provisioning.database.reading() as session:
        every = [run.id for run in run_listing.newest(session)]
        assert every == list(range(1_203, 0, -1))
        assert [run.id for run in run_listing.newest(session, GLAN.number, 1_000)] == every[:1_000]
        assert [run.id for run in islice(run_listing.newest(session, last=1), 5)] == every[:1]
        assert not list(run_listing.newest(session, "6600000"))

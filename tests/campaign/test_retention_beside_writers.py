"""While very many rows past their time are deleted, a record of another writer waits half a second at most.

`make campaign` deletes a million; without `PAST_ROWS` this is skipped, as it goes by a clock.
"""

import os
from collections.abc import Callable

import pytest

from tests.bot.service.beside_writers import retention_beside_a_writer
from tests.builders import Schools

ROWS = int(os.environ.get("PAST_ROWS", "0"))
LONGEST_WAIT = 0.5
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ROWS, reason="PAST_ROWS says how many rows are deleted"),
]


def test_a_record_of_another_writer_hardly_waits(
    provisioning: Schools, record_property: Callable[[str, object], None]
) -> None:
    beside = retention_beside_a_writer(provisioning, ROWS)
    waits = beside.waits
    told = f"{len(waits)} records beside {beside.deleted} rows deleted or emptied: "
    told += f"median {waits[len(waits) // 2] * 1000:.1f} ms, longest {waits[-1] * 1000:.0f} ms; "
    told += f"file {beside.before / 1e6:.0f} to {beside.after / 1e6:.0f} MB"
    record_property("figures", told)
    assert waits[-1] < LONGEST_WAIT, told

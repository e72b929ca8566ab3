"""JSON of flat objects is what the json module makes of them: journals and fingerprints depend on it."""

import hashlib
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from provisioning.flat_json import flat_object
from provisioning.records.changes import Change, ChangeKind
from tests.builders import learner

texts = st.text() | st.sampled_from(['"', "\\", "Siân", "\x00\x1f", "\ud800", "🏴"])


@given(st.dictionaries(st.sampled_from(["upn", "status", "released_at"]), texts | st.none()))
def test_an_object(fields: dict[str, str | None]) -> None:
    assert flat_object(fields) == json.dumps(fields)


def test_a_moment() -> None:
    assert (
        flat_object({"at": datetime(2026, 9, 7, 8, 0, tzinfo=UTC)}) == '{"at": "2026-09-07T08:00:00+00:00"}'
    )


@given(st.dictionaries(st.sampled_from(["upn", "status", "year_group"]), texts | st.none()), texts)
def test_a_fingerprint_without_a_date_is_of_the_change_as_json(
    after: dict[str, str | None], upn: str
) -> None:
    """As fingerprints were made before changes had dates, and are kept by older refusals."""
    change = Change(ChangeKind.UPDATE, learner(1, upn=upn), None, after)
    what = json.dumps(("update", "learner", upn, sorted(after.items())))
    assert change.undated_fingerprint == hashlib.sha256(what.encode()).hexdigest()

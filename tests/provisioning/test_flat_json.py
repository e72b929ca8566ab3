"""JSON of flat objects is what the json module makes of them: journals and fingerprints depend on it."""

import hashlib
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from provisioning.flat_json import flat_objects, quoted_columns
from provisioning.records.changes import Change, ChangeKind, columns, fingerprints
from tests.builders import learner

texts = st.text() | st.sampled_from(['"', "\\", "Siân", "\x00\x1f", "\ud800", "🏴"])


@given(st.lists(st.tuples(texts, texts | st.none())), st.integers(0, 2))
def test_objects_by_column(rows: list[tuple[str, str | None]], wide: int) -> None:
    names = ("upn", "released_at")[:wide]
    table = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    said = quoted_columns(table)
    assert flat_objects(said, len(rows)) == [json.dumps(dict(zip(names, row, strict=False))) for row in rows]


def test_a_moment() -> None:
    at = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
    said = quoted_columns({"at": [None, at]})
    assert flat_objects(said, 2) == ['{"at": null}', '{"at": "2026-09-07T08:00:00+00:00"}']


@given(st.dictionaries(st.sampled_from(["upn", "status", "year_group"]), texts | st.none()), texts)
def test_a_fingerprint_without_a_date_is_of_the_change_as_json(
    after: dict[str, str | None], upn: str
) -> None:
    """As fingerprints were made before changes had dates, and are kept by older refusals."""
    change = Change(ChangeKind.UPDATE, learner(1, upn=upn), None, after)
    what = json.dumps(("update", "learner", upn, sorted(after.items())))
    assert change.undated_fingerprint == hashlib.sha256(what.encode()).hexdigest()


@given(st.lists(st.tuples(texts, texts | st.none()), min_size=1))
def test_a_fingerprint_is_one_of_the_change_as_json_with_its_date(rows: list[tuple[str, str | None]]) -> None:
    """A staff code is compared without case; many changes have the fingerprints that each has alone."""
    changes = [Change(ChangeKind.CREATE, learner(1), None, {"upn": upn, "staff_code": c}) for upn, c in rows]
    after = columns(changes)
    prints = fingerprints(changes, after, quoted_columns(after))
    for change, (upn, code), found in zip(changes, rows, prints, strict=True):
        what = json.dumps(
            ("create", "learner", learner(1).upn, [("staff_code", code and code.upper()), ("upn", upn)])
        )
        dated = f"{what} {learner(1).admission_date}"
        assert found == change.fingerprint == hashlib.sha256(dated.encode()).hexdigest()

"""What is said of a setting that can't be used, in place of the words of the library that reads it."""

import json
from collections.abc import Collection

from pydantic_core import ErrorDetails

from bot.setting_values import HAS_NUL, UnusableError
from knowledge.texts import Text
from provisioning.errors import KnownError
from provisioning.masking import MASK, masked

_WITHOUT_VALUE = {
    "missing": "setting-missing",
    "union_tag_not_found": "setting-missing",
    "extra_forbidden": "setting-not-known",
}
"""Errors, by the library's kind, that have no value to be told."""
_EXPECTED = {
    "int_": "whole-number",
    "finite_number": "whole-number",
    "float_": "number",
    "string_t": "text",
    "path_type": "text",
    "tuple_type": "list",
    "dict_type": "table",
    "model_": "table",
    "date": "moment",
    HAS_NUL: "without-nul",
}
"""What was expected, by the beginning of the library's kind of an error."""
_EXAMPLES = {
    "node": "worker-1",
    "site": "north-2",
    "desk_channel": "C0123ABCD, T0123ABCD/C0123ABCD",
    "operators_channel": "T0123ABCD/C0123ABCD",
    "slack_client_id": "1234567890.1234567890",
}
"""An example of each setting that has a form."""
_LONGEST = 80
"""The characters that are told of what was given."""
_TAG = "by"
"""The setting that says of which kind a table is."""


def problem(found: ErrorDetails, hidden: Collection[str]) -> KnownError:
    """Return the error of a setting that can't be used: its name, what it is, and what was expected.

    What was given for a setting of `hidden` is not told: a secret, or an address that may hold one.
    """
    name, bounds = _named(found), found.get("ctx", {})
    if "le" in bounds:
        return KnownError("setting-too-high", name=name, given=found["input"], most=bounds["le"])
    if "ge" in bounds:
        return KnownError("setting-too-low", name=name, given=found["input"], least=bounds["ge"])
    if found["type"] in _WITHOUT_VALUE:
        return KnownError(_WITHOUT_VALUE[found["type"]], name=name)
    if isinstance(unusable := bounds.get("error"), UnusableError):
        return KnownError("setting", name=name, problem=unusable.said)
    expected = _expected(found)
    if expected is None:
        return KnownError("setting", name=name, problem=found["msg"])
    return KnownError("setting-other", name=name, given=_given(found, hidden), expected=expected)


def _named(found: ErrorDetails) -> str:
    """Return the name of a setting, without what only tells kinds of a table or of a value apart."""
    place = found["loc"]
    kinds = ("email", "webhook") if place[0] == "hand_over" else ()
    parts = [str(part) for part in place if part not in kinds and "[" not in str(part)]
    return ".".join([*parts, _TAG] if found["type"].startswith("union_tag") else parts)


def _given(found: ErrorDetails, hidden: Collection[str]) -> str:
    """Return what was given, as JSON, shortened."""
    if found["loc"][0] in hidden:
        return MASK
    given = found["input"][_TAG] if found["type"] == "union_tag_invalid" else found["input"]
    return masked(json.dumps(given, ensure_ascii=False, default=str))[:_LONGEST]


def _expected(found: ErrorDetails) -> Text | None:
    """Return what was expected in place of what was given; None where the problem says it by itself."""
    kind, bounds = found["type"], found.get("ctx", {})
    if kind in {"literal_error", "enum", "union_tag_invalid"}:
        choices = str(bounds.get("expected") or bounds["expected_tags"]).replace(" or ", ", ")
        return Text("setting-expected.one-of", {"choices": choices})
    if kind == "string_pattern_mismatch":
        return Text("setting-expected.such-as", {"example": _EXAMPLES[str(found["loc"][-1])]})
    if "gt" in bounds:
        return Text("setting-expected.more-than", {"number": bounds["gt"]})
    key = next((key for begin, key in _EXPECTED.items() if kind.startswith(begin)), None)
    return Text(f"setting-expected.{key}") if key else None

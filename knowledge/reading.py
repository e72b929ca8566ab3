"""Reads a knowledge file into its model, or raises `KnowledgeError` with the key that is wrong, and how."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from knowledge.models import Sheet
from knowledge.texts import KnowledgeError, read_toml

AnySheet = TypeVar("AnySheet", bound=Sheet)


def read(path: Path) -> dict[str, Any]:
    """Return a knowledge file as plain values; raises `KnowledgeError` where it is missing or not TOML."""
    if not path.is_file():
        raise KnowledgeError(path, "file", "is missing")
    return read_toml(path)


def sheet(shape: type[AnySheet], values: Any, path: Path, under: str = "") -> AnySheet:
    """Return `values` as the model `shape`; the first error raises `KnowledgeError` with its dotted key.

    `under` is the key of `values` where they are a part of the file.
    """
    try:
        return shape.model_validate(values)
    except ValidationError as refused:
        first = refused.errors()[0]
        # pydantic marks a bad key of a table with an extra part, "[key]", which is left out.
        parts = [under, *(str(part) for part in first["loc"] if part != "[key]")]
        key = ".".join(part for part in parts if part)
        raise KnowledgeError(path, key or "file", problem_of(first)) from None


def sheets(
    shape: type[AnySheet], values: dict[str, Any], key: str, path: Path, named_by: str
) -> Iterator[tuple[str, AnySheet]]:
    """Yield the tables of the array `key` as the model `shape`, each with its dotted key.

    Their field `named_by` is their name; a name that is there twice raises `KnowledgeError`.
    """
    names = set()
    for place, item in _items(values, key, path, named_by):
        found = sheet(shape, item, path, under=place)
        name = getattr(found, named_by)
        if name in names:
            raise KnowledgeError(path, place, "is there twice")
        names.add(name)
        yield place, found


def _items(values: dict[str, Any], key: str, path: Path, named_by: str) -> Iterator[tuple[str, Any]]:
    """Yield the tables of the array `key`, each with its dotted key: by its name, otherwise by its number."""
    array = values.get(key)
    if not isinstance(array, list):
        raise KnowledgeError(path, key, "is missing" if array is None else "must be an array of tables")
    for number, item in enumerate(array):
        name = item.get(named_by, number) if isinstance(item, dict) else number
        yield f"{key}.{name}", item


def only(values: dict[str, Any], known: set[str], path: Path) -> None:
    """Refuse a top-level key that is not among the `known` ones."""
    for key in values:
        if key not in known:
            raise KnowledgeError(path, key, "is not a key that is known here")


def problem_of(error: ErrorDetails) -> str:
    """Return the problem of a value, as the end of a sentence that begins with its key."""
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not a key that is known here"
        case "string_too_short" | "too_short":
            return "is empty"
        case "literal_error":
            return f"must be {context['expected']}, not {error['input']!r}"
        case "value_error":
            return str(context["error"])
        case _:
            said = error["msg"].removeprefix("Input ")
            return f"{said[:1].lower()}{said[1:]}, not {error['input']!r}"

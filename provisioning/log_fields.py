"""What a line of the log is about: the run, the school and the request in whose course it is written.

Fields follow the work, not the line: whatever logs in the block of `about` has them. None names a person.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

NAMES = ("run", "school", "reference")
"""All fields, in the order in which a line shows them."""
_fields: ContextVar[Mapping[str, str | int]] = ContextVar("log_fields", default={})  # noqa: B039 - never changed


@contextmanager
def about(
    *, run: int | None = None, school: str | None = None, reference: str | None = None
) -> Iterator[None]:
    """Give the lines of the log in the block a run, a school or a request's reference, where given."""
    given = {"run": run, "school": school, "reference": reference}
    token = _fields.set({**_fields.get(), **{name: said for name, said in given.items() if said is not None}})
    try:
        yield
    finally:
        _fields.reset(token)


def current() -> Mapping[str, str | int]:
    """Return the fields of the work at hand."""
    return _fields.get()


def reference() -> str:
    """Return the reference of the request at hand, or a new one where no request is."""
    return str(_fields.get().get("reference") or secrets.token_hex(4))

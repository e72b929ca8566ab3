"""Row ids, as they arrive from buttons and command lines."""

_LAST = 2**31 - 1
"""The greatest number that PostgreSQL's `integer` holds; a greater one is an error there, not a row less."""


def is_id(number: int) -> bool:
    """Whether a row could have `number` as its id."""
    return 0 < number <= _LAST

"""Row ids, as they arrive from buttons and command lines."""

GREATEST = 2**31 - 1
"""The greatest `integer` of PostgreSQL, which raises an error for greater ones instead of finding no row."""


def is_id(number: int) -> bool:
    """Return whether a row could have `number` as its id."""
    return 0 < number <= GREATEST

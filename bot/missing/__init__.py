"""People of a school without an account, grouped by cause."""

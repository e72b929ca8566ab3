"""Whose account is it: accounts in doubt, shown beside the record, and decided."""

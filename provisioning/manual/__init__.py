"""Accounts made by hand: housekeeping and reviews."""

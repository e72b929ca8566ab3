"""Accounts made by hand: when they end, reviews, and their daily upkeep."""

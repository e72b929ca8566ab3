"""Watches: a user asks to be told when an account is there; the watch is deleted with its one letter."""

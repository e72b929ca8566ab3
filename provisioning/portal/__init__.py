"""Accounts that live in the User Management Portal: its export, the school's client, what it did."""

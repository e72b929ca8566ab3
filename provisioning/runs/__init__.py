"""Runs of schools: begun, carried out, decided, undone."""

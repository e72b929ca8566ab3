"""The version of the rules by which extracts are read and planned."""

RULES_VERSION = 7
"""Raised with every change of a rule; then the next run of every school plans all its records again.

`tests/provisioning/test_rules_version.py` fails where the rules have changed and the version has not.
"""

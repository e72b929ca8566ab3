"""Grants of roles: listed, given and taken away, in Slack and on the command line."""

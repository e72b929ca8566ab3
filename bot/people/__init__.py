"""Slack users: their grants and rights, profiles, user groups, language, and the audit of what they did."""

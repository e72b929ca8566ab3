"""The id of a user in Slack, which is no name and no school number."""

from typing import NewType

SlackUser = NewType("SlackUser", str)

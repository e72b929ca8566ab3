"""The outbox: every message that the bot sends of its own accord waits here until Slack has it.

`letters` keeps them, `wording` says them, `sending` brings them to Slack.
"""

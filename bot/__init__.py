"""The bot: Slack, the command line and the schedule, three entry points to the services."""

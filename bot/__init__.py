"""The doors: Slack, the command line and the clock, all calling the same services."""

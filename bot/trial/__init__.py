"""A Slack workspace and a made-up county on one's own machine."""

"""What every feature needs of Slack: blocks, limits, replies, the request, the connection."""

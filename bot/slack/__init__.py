"""The kit for Slack, without any feature: blocks, limits, replies, the request, the connection."""

"""Who may do what, who they are in Slack, which language they read, and the audit of what they did."""

"""Records and what is done with them: extracts, plans, runs, the store. Knows no Slack and no FAQ."""

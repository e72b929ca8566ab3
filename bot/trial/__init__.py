"""`hwb trial`: the made-up county and its bot, in the Slack workspace on this machine."""

"""The diagnosis of a person's account by the FAQ's steps, in Slack and on the command line."""

"""A diagnosis in Slack and on the command line: the FAQ's steps carried out for a person."""

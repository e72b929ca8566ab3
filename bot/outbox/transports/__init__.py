"""The transports: Slack, and the services outside it that letters can go to by e-mail or webhook."""

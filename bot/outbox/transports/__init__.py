"""The ways by which letters leave."""

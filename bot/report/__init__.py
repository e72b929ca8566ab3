"""After the summer: how a rollover went, compared with the year before, and what to do in July."""

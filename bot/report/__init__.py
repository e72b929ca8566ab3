"""The report of the rollover: how it went, or how far it is, the year before, and what to do in July."""

"""Questions in plain words, and the guide's entries."""

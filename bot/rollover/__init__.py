"""The rollover: the board of schools by readiness, a school's stages, key dates."""

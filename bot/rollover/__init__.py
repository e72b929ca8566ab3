"""A rollover's readiness: boards of schools, the stages of a school, key dates."""

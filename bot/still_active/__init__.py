"""Active accounts of people who have left, or who have no row in the MIS."""

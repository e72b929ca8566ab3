""" "Was this right?" under answers: counts for whoever keeps the guide, and nothing about a person."""

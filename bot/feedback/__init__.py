""" "Was this right?" under answers: counts for the people who keep the guide, and nothing about a person."""

"""What a run would change, decided from values alone."""

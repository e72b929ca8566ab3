"""Extract formats: each module reads one, all of them yield the same records."""

"""App Home: what a person sees first."""

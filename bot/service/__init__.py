"""The bot as a running program: built, connected, scheduled, watched. Imports every feature."""

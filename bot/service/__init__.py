"""The bot as a running program: built, connected, scheduled, monitored. Imports every feature."""

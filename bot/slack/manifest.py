"""The file with the app's manifest: what Slack is told of the app when it is created."""

from pathlib import Path
from typing import Final

MANIFEST: Final = Path(__file__).parents[2] / "manifest.yaml"
"""Beside the packages, in the repository and where the program is installed."""

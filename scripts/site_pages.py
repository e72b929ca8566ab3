"""Lays out the pages of the documentation's site in `build/docs`, as in the repository: for `make docs`."""

import shutil

from tests.paths import REPOSITORY

PLACE = REPOSITORY / "build/docs"
BESIDE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "manifest.yaml", "LICENSE")
"""Files outside `docs` that belong to the site, or to which its pages link."""


def lay_out() -> None:
    """Write the pages and pictures into `PLACE` anew."""
    shutil.rmtree(PLACE, ignore_errors=True)
    shutil.copytree(REPOSITORY / "docs", PLACE / "docs")
    for name in BESIDE:
        shutil.copy(REPOSITORY / name, PLACE / name)


if __name__ == "__main__":
    lay_out()

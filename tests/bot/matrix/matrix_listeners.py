"""What the bot listens to, as its own registration says: the app is built with a recorder in Bolt's place."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from bot.service import app
from bot.services import Services
from bot.slack.background import BackgroundWork

CATCH_ALL = "re:"
Constraint = str | re.Pattern[str]


class Recorder:
    """Notes whatever is registered, of whichever kind, in order: Bolt takes the first that fits."""

    def __init__(self, **_: Any) -> None:
        self.noted: list[tuple[str, Constraint]] = []

    def __getattr__(self, kind: str) -> Callable[..., Callable[..., None]]:
        def listen(constraint: Constraint, *_: Any, **__: Any) -> Callable[..., None]:
            if kind != "error":  # what no listener takes
                self.noted.append((kind, constraint))
            return lambda *_, **__: None

        return listen

    @property
    def names(self) -> list[tuple[str, str]]:
        """Kind and constraint of every listener; a pattern after `re:`."""
        return [(kind, _name(constraint)) for kind, constraint in self.noted]

    def takes(self, kind: str, name: str) -> str | None:
        """The constraint of the listener that takes something."""
        return next(
            (_name(constraint) for of, constraint in self.noted if of == kind and _fits(constraint, name)),
            None,
        )


def listeners(services: Services) -> Recorder:
    """Everything that the app registers."""
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(app, "App", Recorder)
        built = app.build_app(
            services, cast(BackgroundWork, None), pool, token="xoxb-", api_url="http://127.0.0.1/"
        )
    return cast(Recorder, built)


def _name(constraint: Constraint) -> str:
    return f"re:{constraint.pattern}" if isinstance(constraint, re.Pattern) else str(constraint)


def _fits(constraint: Constraint, name: str) -> bool:
    return bool(constraint.search(name)) if isinstance(constraint, re.Pattern) else constraint == name

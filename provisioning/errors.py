"""Known errors: a sentence and a hint for users, in both languages, instead of a traceback."""

from typing import Any, Self

from knowledge.texts import Text


class KnownError(Exception):
    """An expected error that a user can put right.

    `name` is its id, `said` the sentence (subject, state, what was expected), `hint` what to do: catalogue
    texts under `error.<name>` and `error.<name>.hint`.
    """

    def __init__(self, name: str, /, **values: Any) -> None:
        self.name = name
        self.said = Text(f"error.{name}", values)
        self.hint = Text(f"error.{name}.hint", values)
        super().__init__(f"error.{name}")

    @classmethod
    def saying(cls, said: Text) -> Self:
        """Return the error whose sentence `said` is: a stored one, or one that was kept with a result."""
        return cls(said.key.removeprefix("error."), **said.values)


class ExtractProblem(KnownError):
    """A file that can't be believed: the run of that one school fails and nothing changes."""


class DatabaseProblem(KnownError):
    """A database that can't be used now, for a reason that no other question to it would change."""

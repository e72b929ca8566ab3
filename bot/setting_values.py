"""Values that no setting can have, and the error by which a validator of a setting refuses a value."""

from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from knowledge.texts import Text

NUL = "\0"
"""The character that no system's paths and arguments can hold."""
HAS_NUL = "has_nul"
"""The kind of the error of a text with that character."""


class UnusableError(ValueError):
    """A value that its setting can't have: the text `setting-problem.<name>`, with `values`, says why."""

    def __init__(self, name: str, /, **values: Any) -> None:
        self.said = Text(f"setting-problem.{name}", values)
        super().__init__(self.said.key)


def plain(*names: str) -> Any:
    """Return a validator of the fields `names` of a table (`*`: all), which none of these values passes.

    A truth value in place of a number would count as 1; a text with NUL, but a secret's, ends in an error of
    the system later. The field that tells kinds of a table apart can't be among `names`.
    """
    return field_validator(*names, mode="before")(_plain)


def _plain(cls: type[BaseModel], given: Any, info: ValidationInfo) -> Any:
    wanted = cls.model_fields[str(info.field_name)].annotation
    kinds = get_args(wanted) or (wanted,)
    if isinstance(given, bool) and int in kinds:
        raise PydanticCustomError("int_type", "a truth value")
    if isinstance(given, bool) and float in kinds:
        raise PydanticCustomError("float_type", "a truth value")
    texts = [*given, *given.values()] if get_origin(wanted) is dict and isinstance(given, dict) else given
    if SecretStr not in kinds and _has_nul(texts):
        raise PydanticCustomError(HAS_NUL, "NUL")
    return given


def _has_nul(given: Any) -> bool:
    """Return whether a text or path, or one in a list, has the character; tables look at their own."""
    if isinstance(given, (list, tuple)):
        return any(map(_has_nul, given))
    return isinstance(given, (str, Path)) and NUL in str(given)

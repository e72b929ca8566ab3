"""The command line's own language: its help, how it is used, and what is wrong with what was typed.

English help stands in the functions themselves, where click takes it from; Welsh help stands beside it in
`texts/help.toml`. What click says of its own accord comes by gettext.
"""

import copy
import gettext
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from bot.settings import load_settings
from bot.texts import TEXTS
from knowledge.loading import PACKAGE
from knowledge.texts import Catalogue, Language
from provisioning.errors import KnownError

_DOMAIN = "hwb"
_LOCALE = Path(__file__).parent / "locale"


def language() -> Language:
    """The language that was asked for; from the settings only where they can be read."""
    asked = os.environ.get("HWB_LANG", "")
    if not asked:
        with suppress(KnownError):
            asked = load_settings({}).lang
    words = sys.argv[1:]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--lang" or word.startswith("--lang="):
            asked = word.partition("=")[2] or following
    return "cy" if asked == "cy" else "en"


def texts() -> Catalogue:
    """Every sentence; a fault in a file is a `KnowledgeError`."""
    return Catalogue([PACKAGE / "texts", *TEXTS])


def misuse(ctx: click.Context, key: str, **values: Any) -> click.UsageError:
    """A usage error in the language that was asked for."""
    return click.UsageError(texts().say(f"misuse.{key}", language(), **values), ctx)


def spoken(command: click.Command) -> click.Command:
    """A tree of commands that speaks the language that was asked for, and click itself with it."""
    welsh = language() == "cy"
    # click asks gettext, and gettext the environment.
    os.environ["LANGUAGE"] = "cy" if welsh else "en"
    gettext.bindtextdomain(_DOMAIN, str(_LOCALE))
    gettext.textdomain(_DOMAIN)
    if not welsh:
        return command
    dressed = copy.deepcopy(command)
    _dress(dressed, texts())
    return dressed


def _dress(command: click.Command, catalogue: Catalogue) -> None:
    for path, one in walk(command):
        one.help = catalogue.say(f"help.{path}", "cy")
        one.options_metavar = "[OPSIYNAU]"
        if isinstance(one, click.Group):
            one.subcommand_metavar = "GORCHYMYN [DADLEUON]..."
        for parameter in one.params:
            _dress_parameter(path, parameter, catalogue)


def _dress_parameter(path: str, parameter: click.Parameter, catalogue: Catalogue) -> None:
    key = f"help.{path}.{parameter.name}"
    if isinstance(parameter, click.Option) and parameter.help and key in catalogue:
        parameter.help = catalogue.say(key, "cy")
    if parameter.metavar or isinstance(parameter, click.Argument):
        shown = f"metavar.{parameter.metavar or str(parameter.name).upper()}"
        if shown in catalogue and not isinstance(parameter.type, click.Choice):
            parameter.metavar = catalogue.say(shown, "cy")


def walk(command: click.Command, path: str = "hwb") -> Iterable[tuple[str, click.Command]]:
    """A command and those below it, each with its path, such as `hwb.grants.add`."""
    yield path, command
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from walk(one, f"{path}.{name}")

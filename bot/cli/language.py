"""The command line's own language: its help, how it is used, and what is wrong with what was typed.

Help stands in `help_texts.toml`, or among a feature's texts, in both languages. The English help of a command
stands in its docstring as well, where click takes it from; a test keeps the two alike. What click says itself
comes by gettext.
"""

import copy
import gettext
import os
import sys
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

import knowledge
from bot.texts import TEXTS
from knowledge.texts import Catalogue, Language
from provisioning.errors import KnownError
from provisioning.sources.opening import open_named

_DOMAIN = "hwb"
_KNOWLEDGE_TEXTS = Path(knowledge.__file__).parent / "texts"
_LOCALE = Path(__file__).parent / "locale"


def language() -> Language:
    """Return the language asked for: on the command line, in the environment, else in the settings file."""
    asked = os.environ.get("HWB_LANG", "") or _language_in_file()
    words = sys.argv[1:]
    for word, following in pairwise([*words, ""]):
        if word == "--lang" or word.startswith("--lang="):
            asked = word.partition("=")[2] or following
    return "cy" if asked == "cy" else "en"


def _language_in_file() -> str:
    """Return the language that the settings file names, also where another setting in it can't be used.

    It is blank where there is no file that can be read; why not is told by what loads the settings.
    """
    file = Path(os.environ.get("HWB_SETTINGS") or "hwb.toml")
    # Loading what checks settings takes longer than all of `hwb --help`.
    with suppress(OSError, ValueError, KnownError), open_named(file) as opened:
        return str(tomllib.loads(opened.read().decode("utf-8-sig")).get("lang", ""))
    return ""


def texts() -> Catalogue:
    """Return every sentence; a fault in a file raises `KnowledgeError`."""
    return Catalogue([_KNOWLEDGE_TEXTS, *TEXTS])


def help_texts() -> Catalogue:
    """Return the bot's own texts, the help of every feature among them; faults raise `KnowledgeError`."""
    return Catalogue(TEXTS)


def misuse(ctx: click.Context, key: str, **values: Any) -> click.UsageError:
    """Return a usage error in the language that was asked for; `key` stands under `misuse` in the help."""
    return click.UsageError(help_texts().say(f"misuse.{key}", language(), **values), ctx)


def set_click_language() -> None:
    """Let click itself speak the language that was asked for."""
    # click asks gettext, and gettext the environment.
    os.environ["LANGUAGE"] = language()
    gettext.bindtextdomain(_DOMAIN, str(_LOCALE))
    gettext.textdomain(_DOMAIN)


def spoken(command: click.Command, path: str) -> click.Command:
    """Return a command, and those below it, in the language that was asked for.

    `path` is where its help stands, such as `hwb.grants`; a Welsh command is a copy.
    """
    if language() == "en":
        said = command
    else:
        said, catalogue = copy.deepcopy(command), help_texts()
        for key, part in _walk(said, path):
            _put_into_welsh(part, key, catalogue)
    for _, part in _walk(said, path):
        part.short_help = first_sentence(part.help or "")
    return said


def first_sentence(help_: str) -> str:
    """Return what a list of commands says of one whose help is `help_`: its first paragraph, uncut."""
    return " ".join(help_.strip().partition("\n\n")[0].split())


def _walk(command: click.Command, path: str) -> Iterable[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _walk(child, f"{path}.{name}")


def _put_into_welsh(command: click.Command, path: str, catalogue: Catalogue) -> None:
    command.help = catalogue.say(f"help.{path}", "cy")
    command.options_metavar = "[OPSIYNAU]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "GORCHYMYN [DADLEUON]..."
    for parameter in command.params:
        _put_parameter_into_welsh(parameter, path, catalogue)


def _put_parameter_into_welsh(parameter: click.Parameter, path: str, catalogue: Catalogue) -> None:
    if isinstance(parameter, click.Option) and parameter.help:
        keys = (f"help.{path}.{parameter.name}", f"help.shared.{parameter.name}")
        key = next((key for key in keys if key in catalogue), None)
        parameter.help = catalogue.say(key, "cy") if key else parameter.help
    if parameter.metavar or isinstance(parameter, click.Argument):
        shown = f"metavar.{parameter.metavar or str(parameter.name).upper()}"
        if shown in catalogue and not isinstance(parameter.type, click.Choice):
            parameter.metavar = catalogue.say(shown, "cy")

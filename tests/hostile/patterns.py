"""Every regular expression of the packages, how each is used, and nasty texts to try it on."""

import ast
import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGES = ("knowledge", "provisioning", "diagnostics", "bot", "slack_workspace")
WAYS = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer")
SIZE = 20_000
"""Characters: enough for a pattern whose time grows with the square of the length to take a second."""

_UNITS = (
    *"aA1é? \t\n@<>()[]{}\"'=-./\\|&%#*_:;,\ufffd\u200b\u2028\x1b\x00",
    *(
        "a@",
        "a@a.",
        "a%40",
        "a.",
        "A1",
        "1-",
        "1 ",
        "1.",
        "0.",
        "01/",
        "a ",
        "a-",
        "a'b",
        "Aa1 -_@.<>",
        "w\u0302",
    ),
    *(
        "<@",
        "<!",
        "<a|",
        "<|",
        "[[",
        "[a",
        "{:",
        "{{",
        "{% if",
        '"a',
        '="',
        "''",
        "?\ufffd",
        "?a",
        "&a",
        "(1 ",
    ),
    *("A12345678901 ", "2024-01-01 ", "1 jan ", "year ", "total ", "diwedd ", "sep=", "S ", "guest ", "n't"),
    *("good ", "p a", "e-", "\x1b[", "\x1b]52;", "../", "a.zip", "https://a:b@", "?password=a&", "FATAL: "),
    *("#", "err:", "#name", "as_of,1", "\r\n", "A1:", "_", "page1", "01/01/2024 10:00 ", "U1", "say:"),
)
_ENDS = ("", "\n!")


def modules() -> Iterator[ModuleType]:
    """Import and yield every module of the packages but migrations and what starts a program."""
    for package in PACKAGES:
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not found.name.endswith("__main__") and ".migrations" not in found.name:
                yield importlib.import_module(found.name)


@cache
def patterns() -> dict[str, tuple[re.Pattern[Any], frozenset[str]]]:
    """Every pattern that stands in a module, by the first place found, with the ways in which it is used.

    A pattern that is not called by its name, such as one in a table, may be used in any way.
    """
    places: dict[re.Pattern[Any], str] = {}
    used: dict[re.Pattern[Any], set[str]] = defaultdict(set)
    for module in modules():
        named = dict(_patterns_in(vars(module), ""))
        for name, pattern in named.items():
            places.setdefault(pattern, f"{module.__name__}.{name}")
        for name, way in _uses(module):
            if name in named:
                used[named[name]].add(way)
    every = frozenset(WAYS[:4])
    return {place: (pattern, frozenset(used[pattern]) or every) for pattern, place in places.items()}


def _patterns_in(value: Any, path: str) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield path, value
    elif isinstance(value, dict):
        for name, part in list(value.items()):
            if not str(name).startswith("__"):
                yield from _patterns_in(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple | frozenset):
        for at, part in enumerate(value):
            yield from _patterns_in(part, f"{path}[{at}]")


def _uses(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Yield the names with the ways in which a module's code, or code that imports the module, uses them."""
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Attribute) and node.attr in WAYS:
            match node.value:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node.attr


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))


def inline(module: ModuleType) -> Iterator[str]:
    """Yield the functions of a module that make patterns of their own, where no test would find them."""
    for function in ast.walk(_tree(module)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=made)) if made != "escape":
                        yield f"{module.__name__}.{getattr(function, 'name', 'lambda')}"


def nasty_texts() -> Iterator[str]:
    """Yield texts of `SIZE` characters: a unit again and again, and an end with which nothing matches."""
    for unit in _UNITS:
        whole = unit * (SIZE // len(unit))
        for end in _ENDS:
            yield whole + end
    yield "".join(_UNITS) * (SIZE // len("".join(_UNITS)))


def use(pattern: re.Pattern[Any], way: str, text: Any) -> None:
    """Use a pattern on a text to the end."""
    if way == "sub":
        pattern.sub(text[:0], text)
    else:
        found = getattr(pattern, way)(text)
        if way == "finditer":
            list(found)

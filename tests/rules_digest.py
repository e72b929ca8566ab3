"""The digest of the rules' syntax trees: `python -m tests.rules_digest` writes it down beside their version.

Comments, docstrings, layout, the names of files and the modules that imports come from leave the digest
alone, so a module may move. Python 3.11 to 3.14 give one digest: what a node leaves empty is not counted,
because later versions add fields.
"""

import ast
import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import provisioning
from provisioning.rules_version import RULES_VERSION

ROOT = Path(provisioning.__file__).parent
LEFT_OUT = ("store/migrations/", "rules_version.py")
"""Beginnings of paths in `provisioning/` that hold no rule; every other module counts."""
WRITTEN = Path(__file__).with_suffix(".toml")
"""The version and the digest of the rules that it stands for."""
_NO_MATTER = frozenset({"type_comment", "type_ignores", "kind"})
"""Fields that say nothing of what the code does."""


def modules() -> list[Path]:
    """The modules in which rules stand."""
    found = sorted(ROOT.rglob("*.py"))
    return [path for path in found if not path.relative_to(ROOT).as_posix().startswith(LEFT_OUT)]


def digest(sources: Iterable[str]) -> str:
    """A digest of the syntax trees of `sources`, in whatever order they come."""
    each = sorted(hashlib.sha256(_written(ast.parse(source)).encode()).hexdigest() for source in sources)
    return hashlib.sha256("\n".join(each).encode()).hexdigest()


def of_rules() -> str:
    """The digest of the rules as they are now."""
    return digest(path.read_text(encoding="utf-8") for path in modules())


def complaint(version: int, found: str, written: dict[str, object]) -> str | None:
    """What is wrong with `version` and the digest `found`, given those `written` down; None if they agree."""
    if found != written["digest"] and version == written["version"]:
        return (
            f"the rules have changed: raise RULES_VERSION and write digest {found} "
            "(python -m tests.rules_digest)"
        )
    if found != written["digest"] or version != written["version"]:
        return (
            f"RULES_VERSION is {version}: write it and digest {found} into {WRITTEN.name} "
            "(python -m tests.rules_digest)"
        )
    return None


def written() -> dict[str, object]:
    """The version and the digest that are written down."""
    return tomllib.loads(WRITTEN.read_text(encoding="utf-8"))


def _written(node: object) -> str:
    """A syntax tree as text, imports first and in alphabetical order: sorting them changes no rule."""
    if isinstance(node, ast.Module):
        imports = sorted(_written(statement) for statement in node.body if _is_import(statement))
        others = [
            _written(statement)
            for statement in node.body
            if not _is_import(statement) and not _is_prose(statement)
        ]
        return "\n".join([*imports, *others])
    if isinstance(node, ast.ImportFrom):
        return f"from({','.join(sorted(_written(name) for name in node.names))})"
    if isinstance(node, ast.AST):
        return f"{type(node).__name__}({','.join(_fields(node))})"
    if isinstance(node, list):
        return f"[{','.join(_written(child) for child in node if not _is_prose(child))}]"
    return ascii(node)


def _fields(node: ast.AST) -> Iterator[str]:
    for name in sorted(node._fields):
        value = getattr(node, name, None)
        if name not in _NO_MATTER and value is not None and value != []:
            yield f"{name}={_written(value)}"
        elif name == "value" and isinstance(node, ast.Constant):
            yield "value=None"


def _is_import(node: ast.AST) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_prose(node: object) -> bool:
    """Whether a statement is a docstring, of a constant also."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


if __name__ == "__main__":
    WRITTEN.write_text(f'version = {RULES_VERSION}\ndigest = "{of_rules()}"\n', encoding="utf-8")

"""`make mutants`: breaks the code on purpose, a place at a time, and prints what no test notices.

Which modules are broken and which tests must notice stands in `[tool.mutmut]` of pyproject.toml. Arguments
restrict a run to some mutants, by mutmut's names: `make mutants ARGS='bot.people.permissions*'`. Survivors
that change nothing that a test could see are listed with the reason in `scripts/mutants.toml`; they count as
survivors.
The exit status is 0 where at least 95 % are killed.
"""

import ast
import itertools
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

ENOUGH_PERCENT = 95
KNOWN = Path(__file__).with_suffix(".toml")
KILLED = ("killed", "timeout", "caught by type check")
Change = tuple[str, str, str]
"""A function's name, and its text before and after; without the file, so that a module can be moved."""


@dataclass(frozen=True)
class Mutant:
    """A function with one change in it, and what came of the tests."""

    path: Path
    name: str
    status: str

    @property
    def function(self) -> str:
        """The function's name, with its class's."""
        function, class_name = orig_function_and_class_names_from_key(self.name)
        plain = function.rpartition(".")[2]
        return f"{class_name}.{plain}" if class_name else plain

    @property
    def diff(self) -> list[str]:
        """The changed lines with some around them, as a unified diff without its headers."""
        return get_diff_for_mutant(self.name, path=self.path).splitlines()[3:]

    @property
    def change(self) -> Change:
        """What the list of known survivors names."""
        before, after = (
            " ".join(line[1:].strip() for line in self.diff if line.startswith(sign)) for sign in "-+"
        )
        return self.function, before, after

    @property
    def line(self) -> int:
        """The line of the file at which the change begins."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        begins, ends = _span(lines, self.function)
        place = begins + next(place for place, line in enumerate(self.diff) if line[:1] in "-+")
        gone = [line[1:].strip() for line in self.diff if line.startswith("-")]
        alike = [n for n in range(begins, ends + 1) if gone and lines[n - 1].strip() == gone[0]]
        return min(alike, key=lambda n: abs(n - place), default=begins)


def _span(lines: Sequence[str], function: str) -> tuple[int, int]:
    """Return the first and last line of a function."""
    nodes: list[ast.AST] = [ast.parse("\n".join(lines))]
    for name in function.split("."):
        nodes = [
            child
            for node in nodes
            for child in ast.iter_child_nodes(node)
            if getattr(child, "name", "") == name
        ]
    found = next((node for node in nodes if isinstance(node, ast.FunctionDef)), None)
    return (found.lineno, found.end_lineno or found.lineno) if found else (1, len(lines))


def results(*, whole: bool) -> Iterator[Mutant]:
    """Yield the mutants that have been tried; of a whole run also those that an interrupted one left out."""
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        for name, exit_code in data.exit_code_by_key.items():
            if whole or exit_code is not None:
                yield Mutant(path, name, status_by_exit_code[exit_code])


def known_survivors() -> Mapping[Change, str]:
    """Return the listed survivors, each with the reason."""
    listed = tomllib.loads(KNOWN.read_text(encoding="utf-8")).get("survivor", [])
    return {(each["function"], each["before"], each["after"]): each["why"] for each in listed}


def require_modules() -> None:
    """Stop where a module that is to be broken, or a test that is to notice, is no longer in its place."""
    wanted = [*config().only_mutate, *config().pytest_add_cli_args_test_selection]
    gone = [pattern for pattern in wanted if not any(Path().glob(pattern))]
    if gone:
        sys.exit(f"[tool.mutmut] of pyproject.toml names what is not there: {', '.join(gone)}")


def run(names: Sequence[str]) -> None:
    """Try all mutants, or those named, from the sources as they stand."""
    shutil.rmtree("mutants", ignore_errors=True)
    command = [str(Path(sys.executable).with_name("mutmut")), "run", *names]
    shown = None if sys.stdout.isatty() else subprocess.PIPE
    # Tests of a broken program leave files open and say so on standard error: shown where mutmut fails only.
    ended = subprocess.run(command, stdout=shown, stderr=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        sys.exit(f"{(ended.stdout or '')[-4000:]}{ended.stderr[-4000:]}\nmutmut could not finish.")


def report(tried: Sequence[Mutant], known: Mapping[Change, str], *, whole: bool) -> bool:
    """Print what survived and how many of each module were killed; says whether enough were."""
    survivors = [mutant for mutant in tried if mutant.status not in KILLED]
    changes = {mutant: mutant.change for mutant in survivors}
    unknown = [mutant for mutant in survivors if changes[mutant] not in known]
    for mutant in unknown:
        print(f"{mutant.path}:{mutant.line} {mutant.function}: {mutant.status} ({mutant.name})")
        print("\n".join(f"    {line}" for line in mutant.diff if line[:1] in "-+"))
    if whole:
        for function, before, _ in known.keys() - set(changes.values()):
            print(f"{KNOWN.name}: {function} ({before}) survives no more: take it off the list")
    left = Counter(mutant.path for mutant in survivors)
    for path, mutants in itertools.groupby(tried, key=lambda mutant: mutant.path):
        total = len(list(mutants))
        print(f"{total - left[path]:5} of {total:5} killed  {path}")
    killed = len(tried) - len(survivors)
    percent = 100 * killed / len(tried) if tried else 100
    print(f"{killed:5} of {len(tried):5} killed: {percent:.1f} %, and {ENOUGH_PERCENT} % are wanted.")
    print(f"{len(survivors)} survive; the reasons of {len(survivors) - len(unknown)} are listed.")
    return percent >= ENOUGH_PERCENT


if __name__ == "__main__":
    some = sys.argv[1:]
    require_modules()
    run(some)
    sys.exit(not report(list(results(whole=not some)), known_survivors(), whole=not some))

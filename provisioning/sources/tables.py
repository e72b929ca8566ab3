"""The CSV tables of a rostering standard: loose in the school's folder, in a folder in it, or in a zip."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from provisioning.errors import ExtractProblem
from provisioning.sources.columns import Cells, Column
from provisioning.sources.formats.archives import Archive
from provisioning.sources.formats.delimited import rows
from provisioning.sources.limits import MAX_KEPT
from provisioning.sources.opening import open_file, written
from provisioning.sources.reading import Gathering
from provisioning.sources.single import entries, only


class Tables:
    """The tables by name, such as `users.csv`; used in a `with`, which closes what was opened.

    Names are compared without case. `mark` is the table by which a folder is known to be of the standard.
    """

    def __init__(self, folder: Path, school: str, mark: str, gathering: Gathering) -> None:
        self._gathering = gathering
        self._stack = ExitStack()
        self._archive: Archive | None = None
        self._kept = 0
        listed = entries(folder, school)
        places = [mark] if any(entry.name.lower() == mark for entry in listed) else []
        places += [entry.name for entry in listed if entry.name.lower().endswith(".zip")]
        places += [
            entry.name for entry in listed if entry.is_dir() and _holds(folder / entry.name, school, mark)
        ]
        found = only(places, folder, f"{mark}, *.zip")
        loose = found == mark
        self.place = folder.name if loose else found
        self._folder = folder if loose else folder / found
        if found.lower().endswith(".zip") and not self._folder.is_dir():
            file = self._stack.enter_context(open_file(folder, found))
            gathering.dated(written(file))
            try:
                self._archive = self._stack.enter_context(Archive(file, self.place))
                self._names = _by_last_name(self._archive)
            except ExtractProblem:
                self._stack.close()
                raise
        else:
            inside = "" if loose else f"{found}/"
            listed = listed if loose else entries(self._folder, school)
            # Through the school's own folder, so that a folder in it can't be a link that leads elsewhere.
            self._names = {entry.name.lower(): f"{inside}{entry.name}" for entry in listed}
            self._folder = folder

    def __contains__(self, name: str) -> bool:
        """Return whether there is such a table."""
        return name.lower() in self._names

    def rows(self, name: str, columns: Sequence[Column]) -> Iterator[tuple[int, Cells]]:
        """Yield the rows of a table, by line; one that is not there raises `ExtractProblem`."""
        if name not in self:
            raise ExtractProblem("extract-no-such", wanted=name, folder=self.place)
        with self._open(self._names[name.lower()]) as file:
            yield from rows(file, name, columns, self._gathering.digest, whole=True)

    def kept(
        self, name: str, columns: Sequence[Column], where: Callable[[Cells], bool] = lambda _: True
    ) -> Iterator[Cells]:
        """Return the rows of a table that are held in memory; too many of them raise `ExtractProblem`."""
        return (cells for _, cells in self.kept_lines(name, columns, where))

    def kept_lines(
        self, name: str, columns: Sequence[Column], where: Callable[[Cells], bool] = lambda _: True
    ) -> Iterator[tuple[int, Cells]]:
        """Yield the rows that `kept` returns, with their lines."""
        for line, cells in self.rows(name, columns):
            if where(cells):
                self._kept += 1
                if self._kept > MAX_KEPT:
                    raise ExtractProblem("extract-too-many-rows", file=name, limit=MAX_KEPT)
                yield line, cells

    def optional(self, name: str, columns: Sequence[Column]) -> Iterator[tuple[int, Cells]]:
        """Yield the rows by line of a table that may be missing or empty."""
        if name in self:
            try:
                yield from self.kept_lines(name, columns)
            except ExtractProblem as problem:
                if problem.said.key != "error.extract-empty":
                    raise

    def _open(self, name: str) -> IO[bytes]:
        if self._archive is not None:
            return self._archive.open(name)
        file = open_file(self._folder, name)
        self._gathering.dated(written(file))
        return file

    def __enter__(self) -> Self:
        """Return the tables."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened; broken content of an archive becomes an `ExtractProblem`."""
        self._stack.__exit__(kind, error, trace)


def table_names(folder: Path, school: str) -> set[str]:
    """Return the names of all files in a school's folder, in folders in it and in its zips, in lower case."""
    names: set[str] = set()
    for entry in entries(folder, school):
        names.add(entry.name.lower())
        if entry.is_dir():
            names |= {entry.name.lower() for entry in entries(folder / entry.name, school)}
        elif entry.name.lower().endswith(".zip"):
            with open_file(folder, entry.name) as file, Archive(file, entry.name) as archive:
                names |= {member.rpartition("/")[2].lower() for member in archive.members}
    return names


def _by_last_name(archive: Archive) -> dict[str, str]:
    """Return the members of `archive` by file name without folders; refuse two of one name."""
    names: dict[str, str] = {}
    for member in archive.members:
        last = member.rpartition("/")[2].lower()
        if last in names:
            raise ExtractProblem(
                "extract-several", wanted=last, folder=archive.name, files=f"{names[last]}, {member}"
            )
        names[last] = member
    return names


def _holds(folder: Path, school: str, mark: str) -> bool:
    return any(entry.name.lower() == mark for entry in entries(folder, school))

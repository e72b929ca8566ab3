"""What people would use instead: django-import-export and sqlite-utils, upserting the same files into SQLite.

Both do less: they keep each row under its key, and know no dates, no duplicates and no one who has left. They
are installed for this benchmark alone, by the extra `bench`.
"""

import csv
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from benchmarks.nation import LEARNERS, STAFF
from benchmarks.step import Cost

_TABLES = {"learners": (LEARNERS, "upn"), "staff": (STAFF, "staff_code")}
"""The columns of each table, and the one that is its key within a school."""
_KEY = "key"


def sqlite_utils(path: Path, extracts: Path) -> Callable[[], None]:
    """Return what upserts the files of `extracts` into the database at `path`, one call for each file."""
    from sqlite_utils import Database

    database = Database(path)
    database.enable_wal()

    def work() -> None:
        for name, school in _files(extracts):
            database[name].upsert_all(_rows(name, school), pk=_KEY)

    return work


def django_import_export(path: Path, extracts: Path) -> Callable[[], None]:
    """Return what imports the files of `extracts` into the database at `path`, one import for each file.

    As its pages do: rows that are unchanged are skipped, and each row is reported.
    """
    import django
    from django.conf import settings
    from django.db import connection, models

    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
    settings.configure(
        DATABASES={"default": database}, INSTALLED_APPS=["import_export", "benchmarks"], USE_TZ=True
    )
    django.setup()
    from import_export.resources import modelresource_factory
    from tablib import Dataset

    resources = {}
    for name, (columns, _) in _TABLES.items():
        fields = {column: models.CharField(max_length=200, blank=True) for column in ("school", *columns)}
        meta = type("Meta", (), {"app_label": "benchmarks"})
        key = models.CharField(max_length=60, primary_key=True)
        model: type[models.Model] = type(
            name, (models.Model,), {"__module__": __name__, "Meta": meta, _KEY: key, **fields}
        )
        if model._meta.db_table not in connection.introspection.table_names():
            with connection.schema_editor() as editor:
                editor.create_model(model)
        options = {"import_id_fields": (_KEY,), "skip_unchanged": True}
        resources[name] = modelresource_factory(model, meta_options=options)()

    def work() -> None:
        for name, school in _files(extracts):
            rows = list(_rows(name, school))
            table = Dataset(*(list(row.values()) for row in rows), headers=list(rows[0]))
            resources[name].import_data(table, raise_errors=True)

    return work


PEERS = {"sqlite_utils": sqlite_utils, "import_export": django_import_export}
"""What upserts by each library, by the name under which it is imported."""
NAMES = {"sqlite_utils": "sqlite-utils", "import_export": "django-import-export"}


def absent() -> list[str]:
    """Return the libraries that are not installed."""
    return [NAMES[library] for library in PEERS if find_spec(library) is None]


def take_peer(library: str, path: Path, extracts: Path) -> Cost:
    """Upsert `extracts` by `library` in a new process; its start is not counted."""
    command = [sys.executable, "-m", "benchmarks.peers", library, str(path), str(extracts)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout))


def _files(extracts: Path) -> Iterator[tuple[str, Path]]:
    for school in sorted(extracts.iterdir()):
        for name in _TABLES:
            yield name, school


def _rows(name: str, school: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a school's file with their key: a UPN, or a staff code within its school."""
    identifier = _TABLES[name][1]
    with (school / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = row[identifier] if name == "learners" else f"{school.name}/{row[identifier]}"
            yield {_KEY: key, "school": school.name, **row}


def main() -> None:
    """Upsert as the arguments say and print what it took."""
    library, path, extracts = sys.argv[1:]
    work = PEERS[library](Path(path), Path(extracts))
    begun, at_work = time.perf_counter(), time.process_time()
    work()
    took = Cost(
        time.perf_counter() - begun,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        time.process_time() - at_work,
    )
    print(json.dumps(vars(took)))


if __name__ == "__main__":
    main()

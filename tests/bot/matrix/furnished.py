"""The furnished room of the matrix, built in a folder of its own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from knowledge.loading import Knowledge
from knowledge.texts import Language
from provisioning.store.database import Database
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import HELP, opened
from tests.bot.matrix.matrix_room import Matrix, workspace
from tests.bot.matrix.matrix_world import build
from tests.builders import NOW, Schools


@contextmanager
def furnished(folder: Path, migrated: Path, guide: Knowledge, language: Language) -> Iterator[Matrix]:
    """Build the room in `folder`, on a copy of the database `migrated`; everybody reads `language`."""
    database = Database(f"sqlite:///{shutil.copy(migrated, folder / 'hwb.sqlite3')}")
    provisioning = Schools(database, folder / "extracts", guide)
    settings = Settings(
        database_url=str(database.url), extracts=provisioning.folder, desk_channel=HELP, lang=language
    )
    services = Services(settings, provisioning.at(NOW), lambda: VERBS)
    places = build(services, provisioning, language)
    with WorkspaceServer(workspace(language)) as server:
        yield Matrix(opened(services, provisioning, server), language, places)
    database.close()

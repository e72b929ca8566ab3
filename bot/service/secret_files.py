"""Files that every account of the machine can read: those with secrets, and the embedded database's."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bot.settings import Settings
from bot.settings_loading import SETTINGS_FILE
from provisioning.errors import KnownError
from provisioning.store.database import Database
from provisioning.store.private_files import open_to_others

_READ = 64 * 1024
"""Bytes of a file that are looked through for secrets."""
_WORDS = ("password", "passwd", "secret", "token", "key")
_MARKS = ("PRIVATE KEY-----", "xoxb-", "xapp-", "whsec_")
_PASSWORD_IN_URL = re.compile(r"://[^\s/@]{0,200}:[^\s/@]{1,200}@")


def open_secrets(settings: Settings) -> list[KnownError]:
    """Return an error for each file with secrets, as far as `settings` name any, that all accounts can read.

    Looked at are the settings file, `.env` files beside it and in the working folder, and the files that the
    client's command names. A file of a secret's own is refused where it is read (`bot.secret_values`). Of
    other systems than POSIX nothing is known.
    """
    if os.name != "posix":
        return []
    return [
        KnownError("secret-file-open", file=str(path), mode=f"{mode:04o}")
        for path in dict.fromkeys(_candidates(settings))
        if (mode := _mode(path)) & (stat.S_IROTH | stat.S_IWOTH) and _holds_secrets(path)
    ]


def open_database(settings: Settings) -> list[KnownError]:
    """Return an error for each file or folder of the embedded database to which other accounts have rights.

    Rights that could be taken from them are gone when it has been opened: what is found is another account's,
    or a folder in which other things stand.
    """
    with suppress(KnownError):
        file = Database(settings.database_url).file
        found = open_to_others(file) if file is not None else []
        return [KnownError("database-open", file=str(path), mode=mode) for path, mode in found]
    return []


def _candidates(settings: Settings) -> Iterator[Path]:
    own = Path(os.environ.get("HWB_SETTINGS") or SETTINGS_FILE)
    yield own
    for folder in (Path(), own.parent):
        yield from sorted(folder.glob(".env*"))
    for argument in settings.export.client:
        yield from (Path(part) for part in (argument, argument.partition("=")[2]) if part)


def _mode(path: Path) -> int:
    """Return the rights to a file; none where there is no such file."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return 0
    return stat.S_IMODE(found.st_mode) if stat.S_ISREG(found.st_mode) else 0


def _holds_secrets(path: Path) -> bool:
    """Return whether the text of a file has a password, token or key in it; a program has no text."""
    try:
        with path.open("rb") as file:
            content = file.read(_READ)
    except OSError:
        return False
    if b"\0" in content:
        return False
    text = content.decode("utf-8", "replace")
    return any(mark in text for mark in _MARKS) or any(map(_is_secret, text.splitlines()))


def _is_secret(line: str) -> bool:
    """Return whether a line, such as `HWB_SMTP_PASSWORD=...`, sets a secret or has a URL with a password."""
    if line.lstrip().startswith("#"):
        return False
    name, between, value = line.partition("=" if "=" in line else ":")
    name = name.strip().strip("\"'").casefold()
    set_ = bool(between and value.strip().strip("\"'"))
    return (set_ and name.endswith(_WORDS)) or _PASSWORD_IN_URL.search(line) is not None

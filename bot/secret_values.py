"""Secrets from files: those that the environment names with `..._FILE`, and systemd's credentials.

A secret in a file is in no list of processes and in no child's environment. systemd hands credentials
over in the folder `$CREDENTIALS_DIRECTORY`: https://systemd.io/CREDENTIALS/
"""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from provisioning.errors import KnownError
from provisioning.sources.opening import open_named

CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""The variable in which systemd names the folder of a service's credentials."""
_LARGEST = 64 * 1024
"""Bytes of a secret's file; keys and tokens are far smaller."""


def secret_in(path: Path) -> bytes:
    """Return the secret in a file, without the white space around it.

    A file that can't be read, is empty or can be read by every account of the machine raises `KnownError`.
    Of other systems than POSIX nothing is known about who can read it.
    """
    try:
        with open_named(path, _LARGEST) as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if os.name == "posix" and mode & (stat.S_IROTH | stat.S_IWOTH):
                raise KnownError("secret-file-open", file=str(path), mode=f"{mode:04o}")
            found = file.read().strip()
    except OSError as error:
        raise KnownError("file-not-opened", file=str(path), why=error.strerror) from None
    if not found:
        raise KnownError("secret-file-empty", file=str(path))
    return found


def file_variable(variable: str) -> str:
    """Return the variable that names the file of the secret which stands in `variable` otherwise."""
    return f"{variable}_FILE"


def secrets_from_files(
    variables: Mapping[str, str], environment: Mapping[str, str], keys: Iterable[str] = ()
) -> dict[str, str]:
    """Return the secrets that stand in files, by setting; `variables` has each setting's variable.

    A variable that is set goes before the file that `..._FILE` names, and that before a credential with the
    setting's name. Both variables at once raise `KnownError`. The files of the settings `keys` are named by
    settings of their own: of these, only credentials are read here.
    """
    of_their_own = frozenset(keys)
    found: dict[str, str] = {}
    for setting, variable in variables.items():
        named = "" if setting in of_their_own else environment.get(file_variable(variable), "")
        if environment.get(variable):
            if named:
                raise KnownError("secret-twice", variable=variable, file_variable=file_variable(variable))
            continue
        path = Path(named) if named else _credential(setting, environment)
        if path is not None:
            found[setting] = _text(path)
    return found


def _credential(setting: str, environment: Mapping[str, str]) -> Path | None:
    """Return the file of the credential of a setting; None where none that can be read was handed over.

    A folder that this account may not enter holds nothing for it; unlike `Path.exists`, `os.path.exists`
    says so without an error.
    """
    folder = environment.get(CREDENTIALS)
    path = Path(folder, setting) if folder else None
    return path if path is not None and os.path.exists(path) else None  # noqa: PTH110


def _text(path: Path) -> str:
    """Return the secret in a file as text, without the byte order mark that editors on Windows put before."""
    try:
        return secret_in(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise KnownError("secret-file-no-text", file=str(path)) from None

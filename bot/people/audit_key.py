"""The key of the audit's chain, from the settings."""

from bot.settings import Settings
from provisioning.errors import KnownError

_SHORTEST = 32


def audit_key(settings: Settings) -> bytes | None:
    """Return the key of the audit's chain, None where none is set.

    Raises `KnownError` for a key that is too short to be one, and for a file that can't be read.
    """
    if settings.audit_key is not None:
        key = settings.audit_key.get_secret_value().encode()
    elif settings.audit_key_file is not None:
        try:
            key = settings.audit_key_file.read_bytes()
        except OSError as error:
            raise KnownError(
                "file-not-opened", file=str(settings.audit_key_file), why=error.strerror
            ) from None
    else:
        return None
    key = key.strip()
    if len(key) < _SHORTEST:
        raise KnownError("audit-key-short", shortest=_SHORTEST)
    return key

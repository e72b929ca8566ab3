"""The keys from the settings: of the audit's chain, of the usernames given out, of Slack's requests."""

from pathlib import Path

from pydantic import SecretStr

from bot.settings import Settings
from provisioning.errors import KnownError
from provisioning.sources.opening import open_named

_SHORTEST = 32


def audit_key(settings: Settings) -> bytes | None:
    """Return the key of the audit's chain, None where none is set; raise `KnownError` as `_read` does."""
    return _read(settings.audit_key, settings.audit_key_file, "audit-key-short")


def username_key(settings: Settings) -> bytes | None:
    """Return the key of the usernames, None where none is set; raise `KnownError` as `_read` does."""
    return _read(settings.username_key, settings.username_key_file, "username-key-short")


def signing_secret(settings: Settings) -> bytes | None:
    """Return the secret of Slack's requests, None where none is set; raise `KnownError` as `_read` does."""
    return _read(settings.slack_signing_secret, settings.slack_signing_secret_file, "signing-secret-short")


def _read(given: SecretStr | None, file: Path | None, short: str) -> bytes | None:
    """Return the key that is `given` or stands in a file; None where there is neither.

    Raises `KnownError` for a key that is too `short` to be one, and for a file that can't be read.
    """
    if given is not None:
        key = given.get_secret_value().encode()
    elif file is not None:
        try:
            with open_named(file) as opened:
                key = opened.read()
        except OSError as error:
            raise KnownError("file-not-opened", file=str(file), why=error.strerror) from None
    else:
        return None
    key = key.strip()
    if len(key) < _SHORTEST:
        raise KnownError(short, shortest=_SHORTEST)
    return key

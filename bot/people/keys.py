"""The keys from the settings: of the audit's chain, of the usernames given out, of Slack's requests."""

from pathlib import Path

from pydantic import SecretStr

from bot.secret_values import secret_in
from bot.settings import Settings
from provisioning.errors import KnownError

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

    Raises `KnownError` for a key that is too `short` to be one, and for a file as `secret_in` does.
    """
    if given is not None:
        key = given.get_secret_value().encode().strip()
    elif file is not None:
        key = secret_in(file)
    else:
        return None
    if len(key) < _SHORTEST:
        raise KnownError(short, shortest=_SHORTEST)
    return key

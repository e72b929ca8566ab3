"""Reads the settings: from `hwb.toml`, the environment and the command line, each overriding those before it.

Secrets come from the environment, from files that it names, or from systemd's credentials. An unknown
setting is an error, because a misspelt name would otherwise have no effect.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from bot.secret_values import file_variable, secrets_from_files
from bot.setting_errors import problem
from bot.settings import IN_FILES, OTHER_VARIABLES, SECRETS, Settings, alias, variable
from provisioning.errors import KnownError
from provisioning.sources.opening import open_named

SETTINGS_FILE = "hwb.toml"
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
"""The years in which the clock may stand still: before and after, there are no key dates to reckon with."""
_KEYS = ("audit_key", "username_key")
"""Secrets whose variable `..._FILE` is that of a setting, so that the file may be named in `hwb.toml` too."""


def load_settings(given: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings in force; `given` are those of the command line.

    An unknown or invalid setting raises `KnownError` with its name and what was expected.
    """
    _known_variables(environment)
    values = {**_file(environment), **_in_files(environment), **_without_overridden(given)}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise problem(first, hidden={alias(name) or name for name in IN_FILES}) from None
    except SettingsError as error:
        raise _no_json(error) from None
    if settings.at is not None and not _FIRST_YEAR <= settings.at.year <= _LAST_YEAR:
        years = {"first": _FIRST_YEAR, "last": _LAST_YEAR}
        raise KnownError("at-beyond", at=settings.at.date().isoformat(), **years)
    _require_addresses(settings)
    return settings


def _no_json(error: SettingsError) -> KnownError:
    """Return the error of a variable whose table or list is no JSON; `error` quotes its setting."""
    name = str(error).partition('"')[2].partition('"')[0]
    return KnownError("setting-no-json", variable=variable(name))


def _require_addresses(settings: Settings) -> None:
    """Raise `KnownError` where a channel does not say its workspace although there are several, or does."""
    for name in ("desk_channel", "operators_channel"):
        channel = getattr(settings, name)
        if channel is not None and ("/" in channel) is not settings.many_workspaces:
            error = "setting-needs-workspace" if settings.many_workspaces else "setting-has-workspace"
            raise KnownError(error, name=name, id=channel)
    if settings.many_workspaces and settings.slack_client_secret is None:
        raise KnownError("client-secret-missing")


def _file(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read the settings file, without the settings that the environment overrides."""
    named = environment.get("HWB_SETTINGS")
    path = Path(named or SETTINGS_FILE)
    if not named and not path.exists():
        return {}
    try:
        with open_named(path) as file:
            values = tomllib.loads(file.read().decode("utf-8-sig"))  # editors on Windows put a mark before
    except OSError as error:
        raise KnownError("file-not-opened", file=str(path), why=error.strerror) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnownError("settings-file", file=str(path), problem=str(error)) from None
    for name in values:
        if name not in Settings.model_fields:
            raise KnownError("setting-unknown", name=name, file=str(path), known=_known())
        if name in SECRETS:
            raise KnownError("setting-secret", name=name, file=str(path))
    return {name: value for name, value in values.items() if f"HWB_{name.upper()}" not in environment}


def _in_files(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what stands in files and credentials, by the names under which `Settings` takes it."""
    found = secrets_from_files({name: variable(name) for name in IN_FILES}, environment, _KEYS)
    return {alias(name) or name: said for name, said in found.items()}


def _known_variables(environment: Mapping[str, str]) -> None:
    known = {variable(name) for name in Settings.model_fields} | set(OTHER_VARIABLES)
    known |= {file_variable(variable(name)) for name in IN_FILES}
    for name in environment:
        if name.startswith("HWB_") and name not in known:
            raise KnownError("setting-unknown", name=name, file="environment", known=", ".join(sorted(known)))


def _known() -> str:
    return ", ".join(sorted(name for name in Settings.model_fields if name not in SECRETS))


def _without_overridden(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}

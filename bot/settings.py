"""Settings: from `hwb.toml`, the environment and the command line, in that order of growing weight.

Secrets come from the environment only. An unknown setting is an error, not a shrug: a misspelt one
would otherwise be silently without effect.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from apscheduler.triggers.cron import CronTrigger
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.texts import UK, Language
from provisioning.errors import KnownError
from provisioning.portal.export import COLUMNS
from provisioning.records import Kind, Status

SETTINGS_FILE = "hwb.toml"
_OUTSIDE = ("HWB_SETTINGS", "HWB_JSON")
"""Variables that are ours but no setting: which file to read, and how one command prints."""


class ScheduleGroup(BaseModel):
    """Schools that run at the same times.

    `schools` are school numbers or local authority codes; none at all means every school that stands
    in no other group. `cron` and `rollover_week` are crontab lines, in UK time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    schools: tuple[str, ...] = ()
    cron: str = "0 6 * * *"
    rollover_week: str = "0 */2 * * *"

    @field_validator("cron", "rollover_week")
    @classmethod
    def _a_crontab_line(cls, line: str) -> str:
        trigger = CronTrigger.from_crontab(line, timezone=UK)
        hours = next(field for field in trigger.fields if field.name == "hour")
        probe = datetime(2026, 1, 1, 1, 0, tzinfo=UK)
        if hours.get_next_value(probe) == 1:
            raise ValueError(
                "between 01:00 and 02:00 a time comes twice or not at all when the clocks change"
            )
        return line


class ExportSettings(BaseModel):
    """Where accounts live in the portal: its user export, and the client that provisions them.

    `accounts` is a file for the installation, or one for each school with `{school}` in its path. The
    three tables add to what `portal.export` knows: header names, and words for kinds and statuses.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    accounts: str = "data/portal/users.csv"
    columns: dict[str, str] = Field(default_factory=dict)
    kinds: dict[str, Kind] = Field(default_factory=dict)
    statuses: dict[str, Status] = Field(default_factory=dict)
    client: tuple[str, ...] = ()
    client_timeout_seconds: float = Field(default=1800, gt=0, le=24 * 60 * 60)

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        for name in columns:
            if name not in COLUMNS:
                raise ValueError(f"there is no column {name!r}; known are {', '.join(COLUMNS)}")
        return columns


_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class EmailHandOver(BaseModel):
    """A service desk outside Slack that is written to; the password is `HWB_SMTP_PASSWORD`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["email"]
    to: str
    sender: str
    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None

    @field_validator("to", "sender")
    @classmethod
    def _an_address(cls, given: str) -> str:
        try:
            address = Address(addr_spec=given)
        except (ValueError, HeaderParseError, IndexError):
            address = Address()
        if not (address.username and address.domain):
            raise ValueError("must be an e-mail address such as desk@example.org")
        return given

    @model_validator(mode="after")
    def _encrypted(self) -> "EmailHandOver":
        if self.security == "none" and self.host not in _THIS_MACHINE:
            raise ValueError('security = "none" is for a server on this machine only')
        return self


class WebhookHandOver(BaseModel):
    """A service desk outside Slack that takes signed JSON; the secret is `HWB_WEBHOOK_SECRET`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["webhook"]
    url: str

    @field_validator("url")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in _THIS_MACHINE
        if not (parts.hostname and (parts.scheme == "https" or local)):
            raise ValueError("must begin with https://")
        return url


HandOver = Annotated[EmailHandOver | WebhookHandOver, Field(discriminator="by")]


class RetentionSettings(BaseModel):
    """For how many days personal data is kept once it has done its work; a daily job deletes what is older.

    `audit`: look-ups and changes. `letters`: messages sent. `journal`: what runs changed, noticed and held;
    what is gone can't be undone. `leavers`: the records of those who have left, from their leaving date.
    `accounts`: released accounts that nobody has matched; until then a learner who comes back gets the same
    one. `cases`: what the service desk and provisioning managers were asked, once it is settled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    audit: int = Field(default=400, ge=30)
    letters: int = Field(default=180, ge=30)
    journal: int = Field(default=400, ge=30)
    leavers: int = Field(default=400, ge=60)
    accounts: int = Field(default=1096, ge=365)
    cases: int = Field(default=400, ge=30)


class Settings(BaseSettings):
    """Everything that can be set, by its name in `hwb.toml`; as `HWB_<NAME>` in the environment."""

    model_config = SettingsConfigDict(env_prefix="HWB_", extra="forbid", frozen=True)

    database_url: str = "sqlite:///data/hwb.sqlite3"
    extracts: Path = Path("data/extracts")
    at: datetime | None = None
    lang: Language = "en"
    groups: tuple[ScheduleGroup, ...] = (ScheduleGroup(name="all"),)
    key_dates_file: Path | None = None
    directory: Literal["own", "export"] = "own"
    export: ExportSettings = ExportSettings()
    hand_over: HandOver | None = None
    smtp_password: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    retention: RetentionSettings = RetentionSettings()
    slack_api_url: str = "https://slack.com/api/"
    desk_channel: str | None = Field(default=None, pattern=r"^[CG][A-Z0-9]{2,31}$")
    health_port: int | None = Field(default=None, ge=1, le=65535)
    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")


_SECRETS = frozenset({"slack_bot_token", "slack_app_token", "smtp_password", "webhook_secret"})


def load_settings(given: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force; `given` are those of the command line.

    Anything unknown or unreadable raises `KnownError` with its name and what was expected.
    """
    _known_variables(environment)
    values = {**_file(environment), **_without_overridden(given)}
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise KnownError("setting", name=name, problem=first["msg"]) from None


def _file(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings file, less what the environment sets: the environment weighs more."""
    named = environment.get("HWB_SETTINGS")
    path = Path(named or SETTINGS_FILE)
    if not named and not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KnownError("file-not-opened", file=str(path), why=error.strerror) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnownError("settings-file", file=str(path), problem=str(error)) from None
    for name in values:
        if name not in Settings.model_fields:
            raise KnownError("setting-unknown", name=name, file=str(path), known=_known())
        if name in _SECRETS:
            raise KnownError("setting-secret", name=name, file=str(path))
    return {name: value for name, value in values.items() if f"HWB_{name.upper()}" not in environment}


def _known_variables(environment: Mapping[str, str]) -> None:
    known = {f"HWB_{name.upper()}" for name in Settings.model_fields} | set(_OUTSIDE)
    for name in environment:
        if name.startswith("HWB_") and name not in known:
            raise KnownError("setting-unknown", name=name, file="environment", known=", ".join(sorted(known)))


def _known() -> str:
    return ", ".join(sorted(name for name in Settings.model_fields if name not in _SECRETS))


def _without_overridden(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}

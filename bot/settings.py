"""The settings, each with its bounds and description; `bot.settings_loading` reads them."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.hours import OFFICE_HOURS, OfficeHours, office_days, office_hours
from bot.safeguard_settings import SafeguardSettings
from bot.setting_values import plain
from bot.settings_tables import (
    EventsWebhook,
    ExportSettings,
    HandOver,
    RetentionSettings,
    ScheduleGroup,
    each_in_one_group,
    encrypted_url,
)
from bot.trusted_proxies import trusted_proxies
from knowledge.texts import DEFAULT_LEAD_DAYS, Language

MOST_A_DAY = 2
"""First messages about alerts that a user gets in a day, where no other number is set; further ones wait."""
_CHANNEL = r"^(T[A-Z0-9]{2,31}/)?[CG][A-Z0-9]{2,31}$"
LogForm = Literal["line", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]
OTHER_VARIABLES = {
    "HWB_SETTINGS": "The settings file to read in place of `hwb.toml` in the working folder.",
    "HWB_JSON": "`1` makes every command print JSON, as its option `--json` does.",
}
"""Environment variables of the program that are no settings, each with its meaning."""


class Settings(BaseSettings):
    """All settings, by their names in `hwb.toml`; in the environment they are `HWB_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="HWB_", extra="forbid", frozen=True)

    database_url: str = Field(
        default="sqlite:///data/hwb.sqlite3",
        description="The database of accounts, runs and grants (option `--database`): a SQLite file, "
        "made on first use, or PostgreSQL 15 or newer.",
    )
    extracts: Path = Field(
        default=Path("data/extracts"),
        description="The folder of the schools' extracts, one folder a school (option `--extracts`).",
    )
    at: datetime | None = Field(
        default=None,
        description="A moment at which the clock stands still, for tests and rehearsals (option `--at`); "
        "without it, the time as it is.",
    )
    lang: Language = Field(
        default="en",
        description="The language of the command line and of channels, `en` or `cy` (option `--lang`); "
        "people are written to in their own.",
    )
    groups: tuple[ScheduleGroup, ...] = Field(
        default=(ScheduleGroup(name="all"),),
        description="Groups of schools that run at the same times; see below.",
    )
    node: str | None = Field(
        default=None,
        pattern=r"^[^/\s]{1,64}$",
        description="The name of this machine or container beside others on one database; without it, the "
        "host name, which containers may share.",
    )
    clients_at_once: int = Field(
        default=4,
        ge=1,
        le=64,
        description='With `directory = "export"`: how many clients of schools work side by side.',
    )
    key_dates_file: Path | None = Field(
        default=None,
        description="A file of key dates that differ from the published ones; see "
        "[key-dates.md](key-dates.md).",
    )
    directory: Literal["own", "export"] = Field(
        default="own",
        description="Where accounts live. `own`: in this database, and runs change them. `export`: in the "
        "User Management Portal, where the school's Provisioning Client changes them.",
    )
    export: ExportSettings = Field(
        default=ExportSettings(),
        description='The portal\'s export and the client, for `directory = "export"`; see below.',
    )
    hand_over: HandOver | None = Field(
        default=None,
        description="A Service Desk outside Slack to which cases are handed over; see below.",
    )
    smtp_password: SecretStr | None = Field(
        default=None, description="The password of `hand_over.user` at the SMTP server."
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="The secret that signs the webhook of `hand_over`: `whsec_` and base64.",
    )
    events: EventsWebhook | None = Field(
        default=None,
        description="Where other systems are told of events; see below.",
    )
    events_secret: SecretStr | None = Field(
        default=None,
        description="The secret that signs these events: `whsec_` and base64.",
    )
    audit_key: SecretStr | None = Field(
        default=None,
        description="The key of the audit's chain, 32 characters or more. With it, what was altered in the "
        "database shows also where the chain was made anew. All processes need it.",
    )
    audit_key_file: Path | None = Field(
        default=None,
        description="A file with that key, readable by its owner only, in place of the variable.",
    )
    username_key: SecretStr | None = Field(
        default=None,
        description="A key for the usernames that were given out, 32 characters or more. With it, a copy "
        "of the database alone does not tell of whom they were. Once used, it is always needed.",
    )
    username_key_file: Path | None = Field(
        default=None,
        description="A file with that key, readable by its owner only, in place of the variable.",
    )
    retention: RetentionSettings = Field(
        default=RetentionSettings(),
        description="For how many days personal data is kept; see below.",
    )
    safeguards: SafeguardSettings = Field(
        default=SafeguardSettings(),
        description="From which numbers on changes are held back for a person's decision; see below.",
    )
    lead_days: int = Field(
        default=DEFAULT_LEAD_DAYS,
        ge=1,
        le=28,
        description="How many days before the admission or start date accounts are made, 1 to 28. They must "
        "be there on the first day; dates that are further off often change. Another number has each "
        "school's extract read in full once.",
    )
    alerts_a_day: int = Field(
        default=MOST_A_DAY,
        ge=1,
        le=5,
        description="How many messages about alerts a user gets in a day, 1 to 5; the rest stands in the "
        "morning digest. With more, people stop reading them.",
    )
    office_hours: str = Field(
        default=OFFICE_HOURS.written,
        description="The hours on office days, UK time, in which users are told what can wait until then; "
        "the digest comes as they begin. At least four hours, between 06:00 and 22:00.",
    )
    office_days: tuple[str, ...] = Field(
        default=OFFICE_HOURS.written_days,
        description="The days of a week with office hours: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`, "
        "at least three. Days on which colleagues are expected to act, too. The bank holiday at the end of "
        "August is none of them.",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/",
        description="The address of Slack's Web API, or of a local workspace such as the trial's. It is sent "
        "the tokens, so it is `https://`, or `http://` on this machine.",
    )
    desk_channel: str | None = Field(
        default=None,
        pattern=_CHANNEL,
        description="The id of the Slack channel for the Service Desk: its cases by number, cause and "
        "state, and its week in figures, never people. The bot must be a member. With several workspaces, "
        "`T0123/C0123`: cases and figures of what that workspace serves.",
    )
    operators_channel: str | None = Field(
        default=None,
        pattern=_CHANNEL,
        description="With several workspaces: the channel, as `T0123/C0123`, for those who run the "
        "installation. It gets what concerns it as a whole, such as a workspace that takes the app away.",
    )
    slack_client_id: str | None = Field(
        default=None,
        pattern=r"^[0-9.]{3,32}$",
        description="The client id of the Slack app. With it, the installation has several workspaces, each "
        "of which installs the app at `/slack/install`; see [connecting-slack.md](connecting-slack.md).",
    )
    slack_client_secret: SecretStr | None = Field(
        default=None, description="The client secret of the Slack app, for several workspaces."
    )
    log_format: LogForm = Field(
        default="line",
        description="The log of `hwb serve` and `hwb work`: `line`, lines of text, or `json`, an object of "
        "JSON a line.",
    )
    log_level: LogLevel = Field(
        default="info",
        description="From which level the log has lines: `debug`, `info`, `warning` or `error`.",
    )
    health_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="The port on which `hwb serve` and `hwb work` answer `/healthz`, `/livez`, `/readyz` and "
        "`/metrics`; see [operating.md](operating.md#health-and-metrics).",
    )
    health_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="The address of this machine at which that port is open. Another than the default lets "
        "every machine that reaches it read the state and the counts; none of them is about a person.",
    )
    api_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="The address of this machine at which `hwb serve --api PORT` answers other systems; see "
        "[operating.md](operating.md#the-api-for-other-systems). What is asked and answered is not encrypted "
        "there, so put a proxy with TLS before it.",
    )
    api_requests_a_minute: int = Field(
        default=60,
        ge=1,
        le=6000,
        description="How many requests to the API a token may make within a minute, at each process.",
    )
    api_trusted_proxies: tuple[str, ...] = Field(
        default=(),
        description="The addresses and networks of proxies before the API, such as `192.0.2.7` or "
        "`10.0.0.0/8`. A connection from there may name its client by `X-Forwarded-For`; by that address "
        "requests without a token are counted, else by that of the connection.",
    )
    slack_bot_token: SecretStr | None = Field(
        default=None,
        validation_alias="SLACK_BOT_TOKEN",
        description="The bot token of the Slack app (`xoxb-...`).",
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        validation_alias="SLACK_APP_TOKEN",
        description="The app-level token of the Slack app (`xapp-...`) with the scope `connections:write`.",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        validation_alias="SLACK_SIGNING_SECRET",
        description="The signing secret of the Slack app, for `hwb serve --http`.",
    )
    slack_signing_secret_file: Path | None = Field(
        default=None,
        description="A file with that secret, readable by its owner only, in place of the variable.",
    )

    _plain = plain("*")

    @field_validator("groups")
    @classmethod
    def _each_in_one(cls, groups: tuple[ScheduleGroup, ...]) -> tuple[ScheduleGroup, ...]:
        each_in_one_group(groups)
        return groups

    @field_validator("office_hours")
    @classmethod
    def _within_bounds(cls, written: str) -> str:
        office_hours(written)
        return written

    @field_validator("office_days")
    @classmethod
    def _days_of_a_week(cls, written: tuple[str, ...]) -> tuple[str, ...]:
        office_days(written)
        return written

    @field_validator("slack_api_url")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        return encrypted_url(url)

    @field_validator("api_trusted_proxies")
    @classmethod
    def _addresses(cls, written: tuple[str, ...]) -> tuple[str, ...]:
        trusted_proxies(written)
        return written

    @property
    def office(self) -> OfficeHours:
        """The hours in which users are told."""
        return office_hours(self.office_hours, self.office_days)

    @property
    def many_workspaces(self) -> bool:
        """Whether the installation has several Slack workspaces."""
        return self.slack_client_id is not None


SECRETS = frozenset(
    {
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "slack_client_secret",
        "smtp_password",
        "webhook_secret",
        "events_secret",
        "audit_key",
        "username_key",
    }
)
"""Settings that are read from the environment, or from files with nothing else in them."""
IN_FILES = (*sorted(SECRETS), "database_url")
"""Settings that may stand in a file of their own: the secrets, and the address that may hold a password."""


def variable(name: str) -> str:
    """Return the environment variable of a setting: its alias, else its name with the prefix `HWB_`."""
    return alias(name) or f"HWB_{name.upper()}"


def alias(name: str) -> str | None:
    """Return the environment variable that a setting declares as its own; None where it has the prefix."""
    declared = Settings.model_fields[name].validation_alias
    return declared if isinstance(declared, str) else None

"""The tables of `hwb.toml`: groups of schools, the portal, the desk outside Slack, how long is kept."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from bot.setting_values import UnusableError, plain
from knowledge.texts import UK
from provisioning.portal.export_rows import COLUMNS, Word
from provisioning.records.accounts import Status

_SCHOOL_OR_AUTHORITY = re.compile(r"[0-9]{7}|[0-9]{3}")


class ScheduleGroup(BaseModel):
    """Schools that run at common times.

    `schools` are school numbers or local authority codes; empty, it means every school that is
    in no other group. `cron` and `rollover_week` are crontab lines, in UK time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="The group's name, for the readers of the file.")
    site: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9-]{1,32}$",
        description="The site whose server has the clients of these schools: only a worker that was started "
        "with `--site` and this name runs them.",
    )
    schools: tuple[str, ...] = Field(
        default=(),
        description="School numbers, or local authority codes for all schools of an authority. "
        "Left empty, the group takes every school that no other group names.",
    )
    cron: str = Field(
        default="0 6 * * *",
        description="When the schools run, as a crontab line in UK time. "
        "No time between 01:00 and 02:00: the change of the clocks skips or repeats it.",
    )
    rollover_week: str = Field(
        default="0 */2 * * *",
        description="When the schools run in rollover week, in place of `cron`.",
    )

    _plain = plain("*")

    @field_validator("cron", "rollover_week")
    @classmethod
    def _a_crontab_line(cls, line: str) -> str:
        from apscheduler.triggers.cron import CronTrigger  # the defaults are not looked at

        try:
            trigger = CronTrigger.from_crontab(line, timezone=UK)
        except ValueError:
            raise UnusableError("no-crontab-line", given=line) from None
        hours = next(field for field in trigger.fields if field.name == "hour")
        probe = datetime(2026, 1, 1, 1, 0, tzinfo=UK)
        if hours.get_next_value(probe) == 1:
            raise UnusableError("clocks-change")
        if trigger.get_next_fire_time(None, probe) is None:
            raise UnusableError("never", given=line)
        return line

    @field_validator("schools")
    @classmethod
    def _numbers_or_codes(cls, named: tuple[str, ...]) -> tuple[str, ...]:
        for name in named:
            if not _SCHOOL_OR_AUTHORITY.fullmatch(name):
                raise UnusableError("no-school", given=name)
        return named


def each_in_one_group(groups: Sequence[ScheduleGroup]) -> None:
    """Raise `UnusableError` where two of `groups` name a school or authority, or two take all the others."""
    named = Counter(name for group in groups for name in set(group.schools))
    for name, count in named.items():
        if count > 1:
            raise UnusableError("several-groups", given=name, count=count)
    rest = [group.name for group in groups if not group.schools]
    if len(rest) > 1:
        raise UnusableError("without-schools", groups=", ".join(rest))


_OURS = ("HWB_", "SLACK_", "PGPASS")


class ExportSettings(BaseModel):
    """Where accounts live in the portal: its user export, and the client that provisions them.

    `accounts` is a file of all schools, or with `{school}` in its path a file for each school. The
    three tables add to what `portal.export` knows: header names, and words for kinds and statuses.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    accounts: str = Field(
        default="data/portal/users.csv",
        description="The portal's user export (CSV). With `{school}` in the path, a file for each school.",
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Header names of the export where they differ from the usual ones.",
    )
    kinds: dict[str, Word] = Field(
        default_factory=dict,
        description="Further words of the export for a kind of account "
        "(`learner`, `staff`, `non-mis`, `governor`, or `ignore` for accounts that are left out).",
    )
    statuses: dict[str, Status] = Field(
        default_factory=dict,
        description="Further words of the export for the status of an account (`active`, `inactive`).",
    )
    client: tuple[str, ...] = Field(
        default=(),
        description="The command that runs the Provisioning Client for a school, an argument each; "
        "`{school}` becomes the school number.",
    )
    client_timeout_seconds: float = Field(
        default=1800,
        gt=0,
        le=24 * 60 * 60,
        description="After how many seconds a client that has not ended is stopped, and its run failed.",
    )

    client_environment: tuple[str, ...] = Field(
        default=(),
        description="Environment variables that the client gets beside `PATH`, `HOME`, `LANG`, `LC_*`, `TZ`, "
        "`TMPDIR` and the like. It gets no others, and none of Hwb's own (`HWB_...`, `SLACK_...`).",
    )

    _plain = plain("*")

    @field_validator("client_environment")
    @classmethod
    def _not_ours(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name.upper().startswith(_OURS):
                raise UnusableError("secret-variable", given=name)
        return names

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        for name in columns:
            if name not in COLUMNS:
                raise UnusableError("no-column", given=name, known=", ".join(COLUMNS))
        return columns


_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class EmailHandOver(BaseModel):
    """A Service Desk outside Slack that gets e-mails; the password is `HWB_SMTP_PASSWORD`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["email"] = Field(description='`"email"`: cases are handed over by e-mail.')
    to: str = Field(description="The address of the Service Desk.")
    sender: str = Field(description="The address that the e-mails come from.")
    host: str = Field(description="The SMTP server.")
    port: int = Field(default=587, ge=1, le=65535, description="The SMTP server's port.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the connection is encrypted; `none` only for a server on the same machine.",
    )
    user: str | None = Field(
        default=None,
        description="The user name for the SMTP server, if it asks for one; "
        "its password is `HWB_SMTP_PASSWORD`.",
    )

    _plain = plain("to", "sender", "host", "port", "user")

    @field_validator("to", "sender")
    @classmethod
    def _an_address(cls, given: str) -> str:
        try:
            address = Address(addr_spec=given)
        except (ValueError, HeaderParseError, IndexError):
            address = Address()
        if not (address.username and address.domain):
            raise UnusableError("no-email-address")
        return given

    @model_validator(mode="after")
    def _encrypted(self) -> "EmailHandOver":
        if self.security == "none" and self.host not in _THIS_MACHINE:
            raise UnusableError("not-encrypted")
        return self


class WebhookHandOver(BaseModel):
    """A Service Desk outside Slack that gets signed JSON; the secret is `HWB_WEBHOOK_SECRET`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["webhook"] = Field(description='`"webhook"`: cases are handed over as signed JSON.')
    url: str = Field(description="Where the JSON is posted to; `https://`, or `http://` on this machine.")

    _plain = plain("url")

    @field_validator("url")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        return encrypted_url(url)


class EventsWebhook(BaseModel):
    """Where other systems are told of events, without people, as signed JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(
        description="Where events are posted to; `https://`, or `http://` on this machine. They are signed "
        "with `HWB_EVENTS_SECRET`."
    )

    _plain = plain("*")

    @field_validator("url")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        return encrypted_url(url)


def encrypted_url(url: str) -> str:
    """Return `url`, which is `https://`, or `http://` on this machine; raise `UnusableError` for others."""
    if not (url.isascii() and url.isprintable()) or " " in url:
        raise UnusableError("address-characters")
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets without an address in them
        raise UnusableError("address-server") from None
    local = parts.scheme == "http" and parts.hostname in _THIS_MACHINE
    if not (parts.hostname and (parts.scheme == "https" or local)):
        raise UnusableError("address-server")
    if not _has_possible_port(parts):
        raise UnusableError("address-port")
    return url


def _has_possible_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:  # no number, or too high
        return False


HandOver = Annotated[EmailHandOver | WebhookHandOver, Field(discriminator="by")]
_MOST_DAYS_KEPT = 36_500
"""Days that anything is kept at most, a hundred years: days far beyond are before the calendar begins."""


class RetentionSettings(BaseModel):
    """For how many days personal data is kept after its use has ended; a daily job deletes the rest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    audit: int = Field(
        default=400,
        ge=30,
        le=_MOST_DAYS_KEPT,
        description="The audit of look-ups and changes, and roles that have ended; last summer's can be "
        "asked for this summer.",
    )
    letters: int = Field(
        default=180,
        ge=30,
        le=_MOST_DAYS_KEPT,
        description="Messages, also those that could never be sent; longer than any alert stays open.",
    )
    journal: int = Field(
        default=400,
        ge=30,
        le=_MOST_DAYS_KEPT,
        description="What runs changed, noticed and held back, who started and decided them, and decisions "
        "of which no record is left. A run whose journal is deleted can't be undone.",
    )
    quiet_runs_days: int = Field(
        default=14,
        ge=1,
        le=_MOST_DAYS_KEPT,
        description="Runs that found nothing to do, and what runs noticed, once a later run of the school "
        "has succeeded. The latest run and the last success stay.",
    )
    runs: int = Field(
        default=800,
        ge=30,
        le=_MOST_DAYS_KEPT,
        description="The other runs, from `journal` on without who started and decided them; at least "
        "as long as `journal` and `letters`. Those that released accounts stay as long as `accounts`, those "
        "that were held back longer than letters about them. The latest run of a school and its last success "
        "always stay. So do those that wait for a decision, or that anything refers to.",
    )
    leavers: int = Field(
        default=400,
        ge=60,
        le=_MOST_DAYS_KEPT,
        description="Records of learners and staff who have left, counted from their leaving date, and those "
        "of schools that have closed, or run no more.",
    )
    accounts: int = Field(
        default=1096,
        ge=365,
        le=_MOST_DAYS_KEPT,
        description="Released accounts that no school has matched, and accounts made by hand that have "
        "ended, with their reviews. Until then a learner who comes back gets the same account.",
    )
    cases: int = Field(
        default=400,
        ge=30,
        le=_MOST_DAYS_KEPT,
        description="Closed cases of the Service Desk, with what people wrote, closed requests to "
        "provisioning managers, alerts, and counts of answers called right or wrong. An open case that no "
        "user touches for so long is closed without its texts; the desk is told two weeks before.",
    )

    _plain = plain("*")

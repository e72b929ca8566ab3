"""The shapes of Slack's payloads: the fields that something reads, each of the type that Slack gives it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

_Id = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,40}$")]
_Word = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_Url = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2_000)]


class _Part(BaseModel):
    """A part of a payload; fields that nothing reads may be anything."""

    model_config = ConfigDict(strict=True)


class _Named(_Part):
    id: str


class _User(_Part):
    id: _Id
    team_id: str | None = None
    enterprise_user: dict[str, Any] | None = None


class _Option(_Part):
    value: str


class _Used(_Part):
    value: str | None = None
    selected_option: _Option | None = None
    selected_user: str | None = None
    selected_date: str | None = None


class _Action(_Used):
    action_id: str
    block_id: str
    type: str | None = None


class _State(_Part):
    values: dict[str, dict[str, _Used]]


class _View(_Part):
    id: str
    type: str
    hash: str | None = None
    callback_id: str | None = None
    private_metadata: str | None = None
    state: _State | None = None
    team_id: str | None = None
    app_installed_team_id: str | None = None


class _File(_Part):
    mode: str | None = None
    subject: str | None = None
    plain_text: str | None = None


class _Message(_Part):
    user: str | None = None
    bot_id: str | None = None
    text: str | None = None
    files: list[_File] | None = None


class _Container(_Part):
    channel_id: str | None = None


class _Event(_Part):
    type: str
    user: _Id | _User | None = None
    bot_id: str | None = None
    subtype: str | None = None
    channel: str | dict[str, Any] | None = None
    channel_type: str | None = None
    text: str | None = None
    tab: str | None = None
    team: str | None = None
    user_team: str | None = None
    source_team: str | None = None
    enterprise_id: str | None = None
    subteam_id: str | None = None


class _Authorization(_Part):
    team_id: str | None = None
    enterprise_id: str | None = None
    user_id: str | None = None
    is_enterprise_install: bool | str | None = None


class Body(_Part):
    """A payload of any kind."""

    type: str | None = None
    command: str | None = None
    user_id: _Id | None = None
    user: _User | None = None
    text: str | None = None
    value: str | None = None
    action_id: str | None = None
    action_ts: str | None = None
    block_id: str | None = None
    callback_id: str | None = None
    trigger_id: _Word | None = None
    response_url: _Url | None = None
    channel_id: str | None = None
    channel: _Named | None = None
    container: _Container | None = None
    actions: list[_Action] | None = None
    view: _View | None = None
    message: _Message | None = None
    event: _Event | None = None
    event_id: str | None = None
    team_id: str | None = None
    team: str | _Named | None = None
    enterprise: str | _Named | None = None
    enterprise_id: str | None = None
    is_enterprise_install: bool | str | None = None
    authorizations: list[_Authorization] | None = None

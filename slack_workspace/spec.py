"""The specification of a workspace: people, channels, one app and suggestions.

The workspace knows nothing of the app that it serves; all that is particular is in its specification.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from slack_workspace.errors import WorkspaceError
from slack_workspace.manifest import Manifest

DM = "dm"
HOME = "home"


@dataclass(frozen=True)
class WorkspaceText:
    """A text in both languages of the page."""

    en: str
    cy: str


@dataclass(frozen=True)
class WorkspacePerson:
    """A person whom a visitor can act as; ``locale`` is ``en-GB`` or ``cy-GB``, as users.info gives it."""

    id: str
    name: str
    real_name: str
    title: WorkspaceText
    locale: str = "en-GB"
    email: str = ""


@dataclass(frozen=True)
class Channel:
    """A channel, public unless it is `private`; the app is in it if its user id is among the members."""

    id: str
    name: str
    topic: str = ""
    members: tuple[str, ...] = ()
    archived: bool = False
    private: bool = False


@dataclass(frozen=True)
class UserGroup:
    """A user group by its id (``S...``), its handle and its members' ids."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class WorkspaceBot:
    """The one app of the workspace, by its bot user, bot id and app id."""

    user_id: str
    bot_id: str
    name: str
    app_id: str = "A0TRIAL"
    about: WorkspaceText = WorkspaceText("", "")


@dataclass(frozen=True)
class SlashCommand:
    """A slash command as an app manifest declares it: ``/name``, description, usage hint."""

    name: str
    description: WorkspaceText
    hint: WorkspaceText = WorkspaceText("", "")


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the app: in a message's menu if ``on_message``, otherwise beside the composer."""

    callback_id: str
    name: WorkspaceText
    on_message: bool = True


@dataclass(frozen=True)
class Control:
    """A button that acts on the world outside Slack, for example "Next morning".

    ``run`` is called in a worker thread; the text that it returns is shown. ``header`` puts the button
    beside the clock, otherwise it belongs to the suggestions that name it.
    """

    id: str
    label: WorkspaceText
    run: Callable[[], str | WorkspaceText]
    header: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A suggestion: who to act as, where to go (a channel id, ``DM`` or ``HOME``), what to type or run.

    ``command`` is typed in the language of the page.
    """

    title: WorkspaceText
    body: WorkspaceText
    person: str
    channel: str = DM
    command: WorkspaceText | None = None
    control: str | None = None


@dataclass(frozen=True)
class WorkspaceSpec:
    """A whole workspace. ``clock`` returns an aware datetime; the page opens as the first person.

    Without a ``manifest`` the app may call every method and is sent every event.

    Raises WorkspaceError if something names an id that is not there.
    """

    team_name: str
    people: tuple[WorkspacePerson, ...]
    channels: tuple[Channel, ...]
    bot: WorkspaceBot
    clock: Callable[[], datetime]
    title: WorkspaceText
    intro: WorkspaceText
    groups: tuple[UserGroup, ...] = ()
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    controls: tuple[Control, ...] = ()
    team_id: str = "T0TRIAL"
    team_domain: str = "trial"
    manifest: Manifest | None = None

    def __post_init__(self) -> None:
        people = _unique("person", [person.id for person in self.people] + [self.bot.user_id])
        channels = _unique("channel", (channel.id for channel in self.channels))
        controls = _unique("control", (control.id for control in self.controls))
        _unique("command", (command.name for command in self.commands))
        if not self.people:
            raise WorkspaceError("The workspace has no people.", "Give it at least one person.")
        for channel in self.channels:
            for member in channel.members:
                _known(f"Channel {channel.name}", "person", member, people)
        for group in self.groups:
            for member in group.members:
                _known(f"User group {group.handle}", "person", member, people)
        for suggestion in self.suggestions:
            what = f"Suggestion {suggestion.title.en!r}"
            _known(what, "person", suggestion.person, people)
            _known(what, "channel", suggestion.channel, channels | {DM, HOME})
            if suggestion.control is not None:
                _known(what, "control", suggestion.control, controls)


def _unique(kind: str, ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for id_ in ids:
        if id_ in seen:
            raise WorkspaceError(f"The {kind} {id_!r} is there twice.", "Give each its own id.")
        seen.add(id_)
    return seen


def _known(what: str, kind: str, id_: str, ids: set[str]) -> None:
    if id_ not in ids:
        raise WorkspaceError(
            f"{what} names the {kind} {id_!r}, which is not there.", f"Add the {kind} or mend the id."
        )

"""Views: each person's stack of modals and App Home."""

import secrets
from dataclasses import dataclass, field, replace

from bot.slack import limits
from slack_workspace.blocks import check_view
from slack_workspace.errors import SlackError
from slack_workspace.new_ids import new_id, with_ids
from slack_workspace.state import Json, Workspace, WorkspaceNote

_CARRIED = (
    "type",
    "title",
    "submit",
    "close",
    "private_metadata",
    "callback_id",
    "external_id",
    "clear_on_close",
    "notify_on_close",
)


@dataclass(frozen=True)
class View:
    """A modal or a Home tab in front of one person; ``hash`` changes with every update."""

    id: str
    person: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    values: Json = field(default_factory=dict)


@dataclass
class Views:
    """The modals and Homes by person; the top modal is last."""

    workspace: Workspace
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)

    def open(self, trigger_id: str, body: Json) -> View:
        """Show a modal, in place of any that is open."""
        check_view(body, "modal")
        person = self.workspace.use_trigger(trigger_id).person
        return self._put(person, body, [])

    def push(self, trigger_id: str, body: Json) -> View:
        """Push a modal; ``push_limit_reached`` beyond three."""
        check_view(body, "modal")
        person = self.workspace.use_trigger(trigger_id).person
        return self.lay(person, body)

    def lay(self, person: str, body: Json) -> View:
        """Push a modal onto a person's stack, as views.push and ``response_action: push`` do."""
        check_view(body, "modal")
        stack = self.stacks.get(person, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= limits.VIEW_STACK:
            raise SlackError("push_limit_reached")
        return self._put(person, body, stack)

    def update(self, id_: str | None, external_id: str | None, hash_: str | None, body: Json) -> View:
        """Replace what a view shows; ``not_found`` if closed, ``hash_conflict`` if changed meanwhile."""
        surface = "home" if isinstance(body, dict) and body.get("type") == "home" else "modal"
        check_view(body, surface)
        view = self.find(id_, external_id)
        if hash_ and hash_ != view.hash:
            raise SlackError("hash_conflict")
        self._check_external_id(body, view.id)
        return self._replace(view, replace(view, body=_clean(body), hash=_hash(self.workspace)))

    def publish(self, person: str, hash_: str | None, body: Json) -> View:
        """Set a person's App Home."""
        check_view(body, "home")
        self.workspace.person(person)
        old = self.homes.get(person)
        if hash_ and old is not None and hash_ != old.hash:
            raise SlackError("hash_conflict")
        id_ = old.id if old else new_id("V")
        view = View(id_, person, _clean(body), _hash(self.workspace), root=id_)
        self.homes[person] = view
        self.workspace.tell(WorkspaceNote("home", {"view": self.as_slack(view)}, (person,)))
        return view

    def keep_values(self, view: View, values: Json) -> View:
        """Remember what a person has entered so far."""
        return self._replace(view, replace(view, values=values), tell=False)

    def find(self, id_: str | None, external_id: str | None = None) -> View:
        """Find an open view, by either of its ids."""
        for view in self._every():
            if (id_ and view.id == id_) or (external_id and view.body.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def close(self, view: View, everything: bool = False) -> list[View]:
        """Close a view and those above it, or ``everything``; returns the closed views."""
        stack = self.stacks.get(view.person, [])
        at = (
            0 if everything else next((i for i, open_ in enumerate(stack) if open_.id == view.id), len(stack))
        )
        closed = stack[at:]
        self.stacks[view.person] = stack[:at]
        self.show_stack(view.person)
        return closed

    def show_stack(self, person: str) -> None:
        """Tell the person's pages which modals are open."""
        shown = [self.as_slack(view) for view in self.stacks.get(person, [])]
        self.workspace.tell(WorkspaceNote("modals", {"views": shown}, (person,)))

    def as_slack(self, view: View) -> Json:
        """Show a view as the Web API and payloads do."""
        bot = self.workspace.spec.bot
        shown: Json = {"id": view.id, "team_id": self.workspace.spec.team_id}
        shown |= {name: view.body.get(name) for name in _CARRIED}
        shown |= {
            "private_metadata": view.body.get("private_metadata") or "",
            "callback_id": view.body.get("callback_id") or "",
            "external_id": view.body.get("external_id") or "",
            "clear_on_close": bool(view.body.get("clear_on_close")),
            "notify_on_close": bool(view.body.get("notify_on_close")),
            "blocks": view.body["blocks"],
            "state": {"values": view.values},
            "hash": view.hash,
            "root_view_id": view.root,
            "previous_view_id": view.previous,
            "app_id": bot.app_id,
            "app_installed_team_id": self.workspace.spec.team_id,
            "bot_id": bot.bot_id,
        }
        return shown

    def _put(self, person: str, body: Json, below: list[View]) -> View:
        self._check_external_id(body, None)
        id_ = new_id("V")
        view = View(
            id=id_,
            person=person,
            body=_clean(body),
            hash=_hash(self.workspace),
            root=below[0].id if below else id_,
            previous=below[-1].id if below else None,
        )
        self.stacks[person] = [*below, view]
        self.show_stack(person)
        return view

    def _check_external_id(self, body: Json, own: str | None) -> None:
        """Refuse an external id that another open view of the team has."""
        external = body.get("external_id")
        if external and any(
            view.body.get("external_id") == external and view.id != own for view in self._every()
        ):
            raise SlackError("duplicate_external_id")

    def _every(self) -> list[View]:
        return [view for stack in self.stacks.values() for view in stack] + list(self.homes.values())

    def _replace(self, old: View, new: View, tell: bool = True) -> View:
        if self.homes.get(old.person) == old:
            self.homes[old.person] = new
            if tell:
                self.workspace.tell(WorkspaceNote("home", {"view": self.as_slack(new)}, (new.person,)))
            return new
        stack = self.stacks[old.person]
        stack[stack.index(old)] = new
        if tell:
            self.show_stack(old.person)
        return new


def _clean(body: Json) -> Json:
    return {**body, "blocks": list(with_ids(body["blocks"]))}


def _hash(workspace: Workspace) -> str:
    return f"{workspace.ts().split('.')[0]}.{secrets.token_hex(4)}"

"""A person's actions in the workspace, for programs: what the page does for people."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_workspace import acts, interactions
from slack_workspace.blocks import elements_of
from slack_workspace.live import ActOutcome, Live, place
from slack_workspace.messages import as_page
from slack_workspace.new_ids import dm_id
from slack_workspace.state import Json, PostedMessage

_T = TypeVar("_T")


@dataclass(frozen=True)
class Visit:
    """One person, doing things; every call waits until the app has acknowledged it (or has not).

    ``channel`` is a channel id; left out, it is the direct messages with the app.
    """

    person: str
    live: Live
    run: Callable[[Coroutine[Any, Any, Any]], Any]

    @property
    def dm(self) -> str:
        """The id of the direct messages with the app."""
        return dm_id(self.person)

    def say(self, text: str, channel: str | None = None) -> str:
        """Write a message; gives its ts."""
        return self._now(lambda: acts.say(self.live, self.person, channel or self.dm, text).ts)

    def command(self, line: str, channel: str | None = None) -> ActOutcome:
        """Give a slash command as typed."""
        command, _, text = line.partition(" ")
        return self._do(acts.run_command(self.live, self.person, channel or self.dm, command, text))

    def press(
        self,
        action_id: str,
        channel: str | None = None,
        ts: str | None = None,
        values: Json | None = None,
        **chosen: Any,
    ) -> ActOutcome:
        """Use an element of a message, or of the top modal if no ``ts`` is given and one is open, or of Home.

        ``chosen`` is what the element's state would be, for example ``selected_option={...}``; ``values``
        the values of the other elements, as in ``state.values``.
        """
        target, block = self._now(lambda: self._target(channel, ts, action_id))
        action = {"block_id": block, "action_id": action_id, **chosen}
        return self._do(interactions.press(self.live, self.person, target, action, values or {}))

    def suggest(self, action_id: str, typed: str) -> Json:
        """Ask for the options of an external select in the top modal."""
        target, block = self._now(lambda: self._target(None, None, action_id))
        action = {"block_id": block, "action_id": action_id, "value": typed}
        found: Json = self.run(interactions.suggest(self.live, self.person, target, action))
        return found

    def submit(self, values: Mapping[str, Mapping[str, Any]] | None = None) -> ActOutcome:
        """Submit the top modal; ``values`` as in a view's ``state.values``."""
        view = self._now(lambda: self.live.views.stacks[self.person][-1].id)
        return self._do(
            interactions.submit(
                self.live, self.person, view, {key: dict(v) for key, v in (values or {}).items()}
            )
        )

    def close(self) -> ActOutcome:
        """Close the top modal."""
        view = self._now(lambda: self.live.views.stacks[self.person][-1].id)
        return self._do(interactions.close(self.live, self.person, view))

    def shortcut(self, callback_id: str, channel: str | None = None, ts: str | None = None) -> ActOutcome:
        """Use a global shortcut, or one of a message."""
        return self._do(interactions.use_shortcut(self.live, self.person, callback_id, channel, ts))

    def open_home(self) -> None:
        """Open the app's Home."""
        self._now(lambda: acts.open_home(self.live, self.person))

    def choose_language(self, locale: str) -> None:
        """Change the person's language in Slack."""
        self._now(lambda: acts.choose_language(self.live, self.person, locale))

    def messages(self, channel: str | None = None) -> list[Json]:
        """Read what this person sees in a channel, oldest first; ``ephemeral`` marks private messages."""
        return self._now(lambda: [as_page(self.live.workspace, message) for message in self._seen(channel)])

    def modals(self) -> list[Json]:
        """See the open modals, the top one last."""
        views = self.live.views
        return self._now(lambda: [views.as_slack(view) for view in views.stacks.get(self.person, [])])

    def home(self) -> Json | None:
        """See the app's Home."""
        views = self.live.views
        return self._now(
            lambda: views.as_slack(views.homes[self.person]) if self.person in views.homes else None
        )

    def _seen(self, channel: str | None) -> list[PostedMessage]:
        where = place(self.live, self.person, channel or self.dm)
        every = sorted(where.messages.values(), key=lambda message: message.ts)
        return [message for message in every if message.only_for in (None, self.person)]

    def _target(self, channel: str | None, ts: str | None, action_id: str) -> tuple[Json, str]:
        """Find the message or view with the element; give it as a target, and the element's block."""
        stack = self.live.views.stacks.get(self.person, [])
        if ts is not None or channel is not None:
            found = self._in_message(channel, ts, action_id)
            if found is None:
                raise LookupError(f"No message with {action_id} in {channel}.")
            return found
        homes = [self.live.views.homes[self.person]] if self.person in self.live.views.homes else []
        for view in [*reversed(stack), *homes]:
            block = _block_with(tuple(view.body["blocks"]), action_id)
            if block:
                return {"view": view.id}, block
        found = self._in_message(None, None, action_id)
        if found is None:
            raise LookupError(f"Nothing on screen has the action {action_id}.")
        return found

    def _in_message(self, channel: str | None, ts: str | None, action_id: str) -> tuple[Json, str] | None:
        """Find the newest message, or that of ``ts``, with the element; give it and the element's block."""
        for message in reversed(self._seen(channel)):
            block = _block_with(message.blocks, action_id)
            if block and ts in (None, message.ts):
                return {"channel": message.conversation, "ts": message.ts}, block
        return None

    def _do(self, act: Coroutine[Any, Any, ActOutcome]) -> ActOutcome:
        outcome: ActOutcome = self.run(act)
        return outcome

    def _now(self, act: Callable[[], _T]) -> _T:
        async def on_the_loop() -> _T:
            await asyncio.sleep(0)
            return act()

        done: _T = self.run(on_the_loop())
        return done


def _block_with(blocks: tuple[Json, ...], action_id: str) -> str:
    for block in blocks:
        if any(element.get("action_id") == action_id for _, element in elements_of(block)):
            return str(block["block_id"])
    return ""

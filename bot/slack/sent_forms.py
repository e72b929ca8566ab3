"""Forms with faults: a fault is shown in the form itself, and one without is worked on and answered.

Bolt begins the work of a form whatever its acknowledgement said, and by then midnight may have passed, or a
colleague been quicker. So it is kept which forms were acknowledged as without a fault.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack

from bot.slack import modals
from bot.slack.replies import waiting_modal_name
from bot.slack.request import Bot, SlackRequest
from bot.slack.voice import Voice


class _Acknowledged:
    """The names of the modals that wait for an answer, from the acknowledgement until the work begins."""

    def __init__(self) -> None:
        self._names: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str) -> None:
        with self._lock:
            self._names[name] += 1

    def take(self, name: str) -> bool:
        with self._lock:
            there = self._names[name] > 0
            self._names[name] -= 1
            self._names = +self._names
            return there


def acknowledge_form(
    bot: Bot, ack: Ack, body: dict[str, Any], faults: Mapping[str, str], voice: Voice
) -> None:
    """Acknowledge a form: with its `faults`, by the ids of their blocks, or with a modal that waits."""
    if faults:
        ack(response_action="errors", errors=dict(faults))
        return
    name = waiting_modal_name(body)
    bot.services.kept(_Acknowledged).add(name)
    ack(response_action="update", view=modals.waiting(voice, name))


def shows_its_fault(request: SlackRequest) -> bool:
    """Return whether a form was acknowledged with its fault: then nothing is left to do. To be asked once."""
    return not request.bot.services.kept(_Acknowledged).take(waiting_modal_name(request.body))

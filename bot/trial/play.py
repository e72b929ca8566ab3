"""The passage of time in the trial: offices export, clients run, alerts change, messages are sent."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from threading import Event

from slack_sdk import WebClient

from bot.alerts.monitor import AlertMonitor
from bot.alerts.rehearsal import rehearse
from bot.desk.recheck import recheck
from bot.outbox.sending import Sender
from bot.requests import service as requests
from bot.reviews.letters import daily as daily_reviews
from bot.runs.letters import announce
from bot.service.features import LETTER_KINDS, WAITS
from bot.service.sweeping import StoppedError, run_due
from bot.services import Services
from bot.trial.county.saving import export_again
from bot.trial.county.summer import SummerStory
from bot.watches.checker import WatchChecker
from knowledge.texts import UK, Language
from provisioning.clock import MovableClock, today
from provisioning.manual.handmade import FILE
from provisioning.store.runs import COUNTS, Run
from slack_workspace import WorkspaceText

RUNS = time(6, 0)
_WEEK = 7


@dataclass(frozen=True)
class Passed:
    """The results of the days that passed."""

    now: datetime
    runs: int
    failed: int
    counts: Counter[str]
    sent: int


class Play:
    """Moves the clock from morning to morning; messages are sent once `bind` has given a client.

    Once `stopping` is set it goes on no further than to the end of a run.
    """

    def __init__(
        self, services: Services, clock: MovableClock, story: SummerStory, stopping: Event | None = None
    ) -> None:
        self._stopping = stopping or Event()
        self._services, self._clock, self._story = services, clock, story
        self._monitor, self._checker = AlertMonitor(services, waits=WAITS), WatchChecker(services)
        self._sender: Sender | None = None

    @property
    def goes_on(self) -> bool:
        """Whether the story has later exports."""
        return self._story.goes_on

    def bind(self, client: WebClient) -> None:
        """Send messages through `client` from now on."""
        self._sender = Sender(self._services, client, LETTER_KINDS)

    def mornings(self, days: int) -> Passed:
        """Move the clock by `days` mornings: offices export, clients run, messages are sent.

        Fewer mornings pass where the trial is asked to end.
        """
        total: Counter[str] = Counter()
        runs = failed = sent = 0
        for _ in range(days):
            if self._stopping.is_set():
                break
            runs_at = next_morning(self._clock.now())
            self._move_to(runs_at)
            export_again(self._services.provisioning.extract_folder.folder, runs_at)
            try:
                batch = run_due(self._services, self._raise_if_stopping)
            except StoppedError:
                break
            opens = self._services.settings.office.opens
            self._move_to(datetime.combine(runs_at.astimezone(UK).date(), opens, UK))
            sent += self.evaluate()
            runs += len(batch.runs)
            failed += sum(run.status.value == "failed" for run in batch.runs)
            total.update({name: sum(run.counts[name] for run in batch.runs) for name in COUNTS})
            total["blocked"] = sum(run.counts["blocked"] for run in batch.runs)  # a state, not a sum
        return Passed(self._clock.now(), runs, failed, total, sent)

    def _raise_if_stopping(self, _run: Run) -> None:
        if self._stopping.is_set():
            raise StoppedError

    def _move_to(self, moment: datetime) -> None:
        """Set the clock to `moment`, after the exports that the story has until then."""
        self._story.until(moment)
        self._clock.set(moment)

    def evaluate(self) -> int:
        """Evaluate alerts, watches, requests and cases, and send what is due; returns how many letters."""
        announce(self._services)
        requests.update_open(self._services)
        self._checker.check()
        self._monitor.evaluate()
        recheck(self._services)
        return self._sender.deliver() if self._sender else 0

    def list_comes(self, content: bytes) -> None:
        """Let a list of accounts made by hand arrive, and be looked at as early in the morning."""
        (self._services.provisioning.extract_folder.folder / FILE).write_bytes(content)
        daily_reviews(self._services)
        self.evaluate()

    def morning(self) -> WorkspaceText:
        """Carry out the control "Next morning"."""
        return self._told(self.mornings(1), "trial.morning")

    def week(self) -> WorkspaceText:
        """Carry out the control "Next week"."""
        return self._told(self.mornings(_WEEK), "trial.morning")

    def ahead(self, name_of: Callable[[str], str]) -> WorkspaceText:
        """Carry out the control "The week ahead": say what would be sent if no person acted.

        `name_of` returns the name of a Slack user.
        """
        first = today(self._services.clock) + timedelta(days=1)
        sent = rehearse(self._services, first, first + timedelta(days=_WEEK - 1))
        by_person: dict[str, Counter[str]] = {}
        for letter in sent:
            by_person.setdefault(letter.to, Counter())[letter.kind] += 1
        most = Counter((letter.to, letter.when) for letter in sent).most_common(1)
        say = self._services.catalogue.say

        def told(lang: Language) -> str:
            if not sent:
                return say("rehearse.nothing", lang)
            counts = {
                "alerts": sum(letter.kind == "alert" for letter in sent),
                "digests": sum(letter.kind == "digest" for letter in sent),
            }
            lines = [say("rehearse.ahead", lang, people=len(by_person), most=most[0][1], **counts)]
            lines += [
                say(
                    "rehearse.ahead-person",
                    lang,
                    who=name_of(user),
                    alerts=found["alert"],
                    digests=found["digest"],
                )
                for user, found in by_person.items()
            ]
            return "\n".join(lines)

        return WorkspaceText(told("en"), told("cy"))

    def _told(self, passed: Passed, key: str) -> WorkspaceText:
        counts = {name: passed.counts[name] for name in COUNTS}
        values = {"now": passed.now, "runs": passed.runs, "failed": passed.failed, "sent": passed.sent}
        say = self._services.catalogue.say
        return WorkspaceText(say(key, "en", **values, **counts), say(key, "cy", **values, **counts))


def next_morning(now: datetime) -> datetime:
    """Return six o'clock of the day after `now`, UK time, when the clients run."""
    day = now.astimezone(UK).date() + timedelta(days=1)
    return datetime.combine(day, RUNS, UK)

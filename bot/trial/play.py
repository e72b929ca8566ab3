"""Time goes by in the trial: offices export, clients run, alerts come and go, and messages are sent."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from slack_sdk import WebClient

from bot import hours
from bot.alerts.monitor import AlertMonitor
from bot.alerts.rehearsal import rehearse
from bot.desk import recheck as cases
from bot.outbox.sending import Sender
from bot.requests import service as requests
from bot.runs.letters import announce
from bot.service.schedule import run_due
from bot.services import Services
from bot.trial.county.saving import export_again
from bot.trial.county.summer import Story
from bot.watches.checker import WatchChecker
from knowledge.texts import UK, Language
from provisioning.clock import MovableClock, today
from provisioning.store.runs import COUNTS
from slack_workspace import WorkspaceText

RUNS = time(6, 0)
_WEEK = 7


@dataclass(frozen=True)
class Passed:
    """What came of the days that went by."""

    now: datetime
    runs: int
    failed: int
    counts: Counter[str]
    sent: int


class Play:
    """Moves the clock from morning to morning; `bind` gives it the way to Slack."""

    def __init__(self, services: Services, clock: MovableClock, story: Story) -> None:
        self._services, self._clock, self._story = services, clock, story
        self._watch, self._lookout = AlertMonitor(services), WatchChecker(services)
        self._sender: Sender | None = None

    @property
    def goes_on(self) -> bool:
        """Whether there is more to come by itself."""
        return self._story.goes_on

    def bind(self, client: WebClient) -> None:
        """From now on messages are sent."""
        self._sender = Sender(self._services, client)

    def mornings(self, days: int) -> Passed:
        """So many mornings later."""
        total: Counter[str] = Counter()
        runs = failed = sent = 0
        for _ in range(days):
            runs_at = next_morning(self._clock.now())
            self._story.until(runs_at)
            self._clock.set(runs_at)
            export_again(self._services.provisioning.extract_folder.folder, runs_at)
            batch = run_due(self._services)
            opens = datetime.combine(runs_at.astimezone(UK).date(), hours.OPENS, UK)
            self._story.until(opens)
            self._clock.set(opens)
            sent += self.look()
            runs += len(batch.runs)
            failed += sum(one.status.value == "failed" for one in batch.runs)
            total.update({name: sum(one.counts[name] for one in batch.runs) for name in COUNTS})
            total["blocked"] = sum(one.counts["blocked"] for one in batch.runs)  # those who wait still
        return Passed(self._clock.now(), runs, failed, total, sent)

    def look(self) -> int:
        """Look at the schools and send what is due now; how many letters there were."""
        announce(self._services)
        requests.look(self._services)
        self._lookout.look()
        self._watch.look()
        cases.look(self._services)
        return self._sender.deliver() if self._sender else 0

    def morning(self) -> WorkspaceText:
        """The control "Next morning"."""
        return self._told(self.mornings(1), "trial.morning")

    def week(self) -> WorkspaceText:
        """The control "Next week"."""
        return self._told(self.mornings(_WEEK), "trial.morning")

    def ahead(self, name_of: Callable[[str], str]) -> WorkspaceText:
        """The control "The week ahead": what would be sent if nobody did anything."""
        first = today(self._services.clock) + timedelta(days=1)
        sent = rehearse(self._services, first, first + timedelta(days=_WEEK - 1))
        by_person: dict[str, Counter[str]] = {}
        for one in sent:
            by_person.setdefault(one.to, Counter())[one.kind] += 1
        most = Counter((one.to, one.when) for one in sent).most_common(1)
        say = self._services.catalogue.say

        def told(lang: Language) -> str:
            if not sent:
                return say("rehearse.nothing", lang)
            counts = {
                "alerts": sum(one.kind == "alert" for one in sent),
                "digests": sum(one.kind == "digest" for one in sent),
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
    """Six o'clock of the next day, UK time, when the clients run."""
    day = now.astimezone(UK).date() + timedelta(days=1)
    return datetime.combine(day, RUNS, UK)

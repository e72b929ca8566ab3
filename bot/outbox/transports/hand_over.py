"""The transports out of Slack: to the service that the settings choose, and events to their webhook."""

import logging
from collections.abc import Callable

from pydantic import SecretStr

from bot.outbox.kinds import Kinds, LetterContext
from bot.outbox.letters import SETTLED, Claimed, Letter
from bot.outbox.transports.email import ByEmail
from bot.outbox.transports.external import ExternalMessage, ExternalService, NotTaken, Route
from bot.outbox.transports.outcomes import GivenUp, Outcome, Postponed, Sent, backoff
from bot.services import Services
from bot.settings import Settings
from bot.settings_tables import EmailHandOver
from bot.slack.voice import Voice
from provisioning.errors import KnownError

log = logging.getLogger(__name__)
_LAST_ATTEMPT = 150
"""After about a day a letter is given up and the operators are told."""


def external_service(settings: Settings) -> ExternalService | None:
    """Return the service that `settings` choose, if any; a missing or faulty secret raises `KnownError`."""
    chosen = settings.hand_over
    if chosen is None:
        return None
    if isinstance(chosen, EmailHandOver):
        if chosen.user and settings.smtp_password is None:
            raise KnownError("hand-over-secret", variable="HWB_SMTP_PASSWORD")
        return ByEmail(chosen, settings.smtp_password)
    return _by_webhook(
        chosen.url, settings.webhook_secret, KnownError("hand-over-secret", variable="HWB_WEBHOOK_SECRET")
    )


def events_service(settings: Settings) -> ExternalService | None:
    """Return the webhook for events that `settings` choose, if any; errors as of `external_service`."""
    if settings.events is None:
        return None
    return _by_webhook(settings.events.url, settings.events_secret, KnownError("events-secret"))


def _by_webhook(url: str, secret: SecretStr | None, faulty: KnownError) -> ExternalService:
    """Return the webhook at `url`; raises `faulty` where its secret is missing, or none."""
    from bot.outbox.transports.webhook import ByWebhook, key_of  # importing an HTTP client takes its time

    if secret is None:
        raise faulty
    try:
        key_of(secret.get_secret_value())
    except ValueError:
        raise faulty from None
    return ByWebhook(url, secret)


class OutsideTransport:
    """Sends letters by a `route` out of Slack to the service there, which `chosen` finds in the settings.

    A failure at the Service Desk keeps no other letter waiting, for cases may differ. Events are alike: after
    one that is not taken the others wait for the next pass.
    """

    def __init__(
        self,
        services: Services,
        kinds: Kinds,
        route: Route,
        chosen: Callable[[Settings], ExternalService | None],
    ) -> None:
        self._services, self._kinds, self._route, self._chosen = services, kinds, route, chosen

    def carries(self, letter: Letter) -> bool:
        """Return whether a letter is addressed to the service."""
        return letter.to == self._route.value

    def send(self, claimed: Claimed) -> Outcome:
        """Hand a letter's message over, if there still is one."""
        message = self._message(claimed.letter)
        if message is None:
            return GivenUp(SETTLED)
        try:
            self._service().take(message)
        except NotTaken as refused:
            if refused.for_good or claimed.attempts >= _LAST_ATTEMPT:
                log.warning("letter %s was not taken: %s", claimed.id, refused)
                return GivenUp(str(refused))
            return Postponed(backoff(claimed.attempts), closed=self._route is Route.EVENTS)
        return Sent()

    def _message(self, letter: Letter) -> ExternalMessage | None:
        """Return a letter's message, in the installation's language."""
        voice = Voice(self._services.catalogue, self._services.settings.lang)
        with self._services.database.reading() as session:
            context = LetterContext(self._services, session, letter, voice)
            return self._kinds[letter.kind].as_external(context)

    def _service(self) -> ExternalService:
        """Return the service that the settings choose; none, or a faulty one, raises `NotTaken`."""
        try:
            service = self._chosen(self._services.settings)
        except KnownError as error:
            raise NotTaken(error.said.key, for_good=False) from None
        if service is None:
            raise NotTaken("no-hand-over" if self._route is Route.OUTSIDE else "no-events", for_good=True)
        return service

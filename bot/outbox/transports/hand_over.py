"""The transport out of Slack: letters go to the service that the settings choose, by e-mail or webhook."""

import logging

from bot.outbox.kinds import Kinds, LetterContext
from bot.outbox.letters import SETTLED, Claimed, Letter
from bot.outbox.transports.email import ByEmail
from bot.outbox.transports.external import EXTERNAL, ExternalMessage, ExternalService, NotTaken
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
    from bot.outbox.transports.webhook import ByWebhook, key_of  # importing an HTTP client takes its time

    if settings.webhook_secret is None:
        raise KnownError("hand-over-secret", variable="HWB_WEBHOOK_SECRET")
    try:
        key_of(settings.webhook_secret.get_secret_value())
    except ValueError:
        raise KnownError("hand-over-secret", variable="HWB_WEBHOOK_SECRET") from None
    return ByWebhook(chosen, settings.webhook_secret)


class HandOverTransport:
    """Sends letters to the external service; a failure there keeps no other letter waiting."""

    def __init__(self, services: Services, kinds: Kinds) -> None:
        self._services, self._kinds = services, kinds

    def carries(self, letter: Letter) -> bool:
        """Return whether a letter is addressed to the external service."""
        return letter.to == EXTERNAL

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
            return Postponed(backoff(claimed.attempts))
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
            service = external_service(self._services.settings)
        except KnownError as error:
            raise NotTaken(error.said.key, for_good=False) from None
        if service is None:
            raise NotTaken("no-hand-over", for_good=True)
        return service

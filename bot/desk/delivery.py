"""Hands letters to the service desk outside Slack, by the way that the settings choose."""

from bot.desk import store
from bot.desk.external_desk import NotTaken, Outside, handing
from bot.outbox.letters import Letter
from bot.outbox.transports.email import ByEmail
from bot.services import Services
from bot.settings import EmailHandOver, Settings
from provisioning.errors import KnownError
from provisioning.store import schools


def outside_for(settings: Settings) -> Outside | None:
    """The way out that the settings choose, or none; one that lacks its secret is a known error."""
    chosen = settings.hand_over
    if chosen is None:
        return None
    if isinstance(chosen, EmailHandOver):
        if chosen.user and settings.smtp_password is None:
            raise KnownError("hand-over-secret", variable="HWB_SMTP_PASSWORD")
        return ByEmail(chosen, settings.smtp_password)
    from bot.outbox.transports.webhook import ByWebhook, key_of  # an HTTP client takes its time to come up

    if settings.webhook_secret is None:
        raise KnownError("hand-over-secret", variable="HWB_WEBHOOK_SECRET")
    try:
        key_of(settings.webhook_secret.get_secret_value())
    except ValueError:
        raise KnownError("hand-over-secret", variable="HWB_WEBHOOK_SECRET") from None
    return ByWebhook(chosen, settings.webhook_secret)


def hand(services: Services, letter: Letter) -> bool:
    """Hand over the case of a letter; whether there was anything to hand over any more.

    Raises `NotTaken`, also where the settings have no way out.
    """
    with services.database.reading() as session:
        case = store.find(session, letter.payload["case"])
        school = schools.get(session, case.school) if case is not None and case.school else None
    if case is None or not case.open:
        return False
    try:
        outside = outside_for(services.settings)
    except KnownError as error:
        raise NotTaken(error.said.key, for_good=False) from None
    if outside is None:
        raise NotTaken("no-hand-over", for_good=True)
    outside.take(handing(letter, case, school, services.catalogue, services.settings.lang))
    return True

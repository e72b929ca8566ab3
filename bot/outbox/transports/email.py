"""Messages by e-mail (RFC 5321, RFC 5322): encrypted on their way, unless to this machine."""

import smtplib
import ssl
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from pydantic import SecretStr

from bot.outbox.transports.external import ExternalMessage, NotTaken
from bot.settings_tables import EmailHandOver

_SECONDS = 20.0


class ByEmail:
    """Sends messages to the e-mail address of a service."""

    def __init__(
        self,
        settings: EmailHandOver,
        password: SecretStr | None,
        context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._settings, self._password, self._context = settings, password, context

    def take(self, message: ExternalMessage) -> None:
        """Send it; raises `NotTaken`, for good where the server refuses it as it is (RFC 5321, 5yz)."""
        try:
            with self._server() as server:
                if self._settings.security == "starttls":
                    server.starttls(context=self._context())
                if self._settings.user and self._password:
                    server.login(self._settings.user, self._password.get_secret_value())
                server.send_message(as_email(message, self._settings))
        except smtplib.SMTPAuthenticationError:
            raise NotTaken("smtp-authentication", for_good=False) from None
        except smtplib.SMTPRecipientsRefused as refused:
            code = max(code for code, _ in refused.recipients.values())
            raise NotTaken(f"smtp-{code}", for_good=code >= 500) from None
        except smtplib.SMTPResponseException as refused:
            raise NotTaken(f"smtp-{refused.smtp_code}", for_good=refused.smtp_code >= 500) from None
        except smtplib.SMTPNotSupportedError:
            raise NotTaken("smtp-not-supported", for_good=False) from None
        except OSError as error:  # SMTPException, ssl's errors and a silent server among them
            raise NotTaken(type(error).__name__, for_good=False) from None

    def _server(self) -> smtplib.SMTP:
        given = self._settings
        if given.security == "tls":
            return smtplib.SMTP_SSL(given.host, given.port, timeout=_SECONDS, context=self._context())
        return smtplib.SMTP(given.host, given.port, timeout=_SECONDS)


def as_email(message: ExternalMessage, settings: EmailHandOver) -> EmailMessage:
    """Return `message` as an e-mail; by its `Message-ID`, alike in all attempts, a second copy is dropped."""
    made = EmailMessage()
    made["From"], made["To"] = settings.sender, settings.to
    made["Subject"] = message.subject
    made["Date"] = format_datetime(message.at)
    made["Message-ID"] = f"<{message.id}@{Address(addr_spec=settings.sender).domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    made.set_content(message.body)
    return made

"""Messages by e-mail (RFC 5321, RFC 5322): encrypted on their way, unless to this machine."""

import smtplib
import ssl
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, cast

from pydantic import SecretStr

from bot.network import Limit, LimitedSocket, connect, own_name
from bot.outbox.transports.external import ExternalMessage, NotTaken
from bot.settings_tables import EmailHandOver
from knowledge.visible import one_line, seen

_SECONDS = 10.0
"""The time for an attempt in all: to connect, to encrypt, to log in, to send, and to be answered."""
_SIZE = 65_536
"""The bytes that are read of a server's answers at most."""


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
                    server.starttls(context=cast(ssl.SSLContext, _Securing(self._context())))
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
        context = self._context() if given.security == "tls" else None
        return _LimitedSmtp(given.host, given.port, Limit(_SECONDS, _SIZE), context)


class _LimitedSmtp(smtplib.SMTP):
    """A connection to an SMTP server under a `limit`, encrypted from the first byte with a `context`."""

    def __init__(self, host: str, port: int, limit: Limit, context: ssl.SSLContext | None) -> None:
        self._limit, self._encrypted = limit, context
        super().__init__(host, port, local_hostname=own_name(limit.seconds_left()))

    def _get_socket(self, host: str, port: int, timeout: float) -> LimitedSocket:
        """Return the connection; smtplib's way of letting a subclass make it."""
        plain = connect(host, port, self._limit)
        return plain.secured(self._encrypted, host) if self._encrypted else plain


class _Securing:
    """What `smtplib` encrypts a connection with after STARTTLS, for a limited socket."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    def wrap_socket(self, plain: LimitedSocket, server_hostname: str, **_more: Any) -> LimitedSocket:
        """Return the socket encrypted."""
        return plain.secured(self._context, server_hostname)


def as_email(message: ExternalMessage, settings: EmailHandOver) -> EmailMessage:
    """Return `message` as an e-mail; by its `Message-ID`, alike in all attempts, a second copy is dropped."""
    made = EmailMessage()
    made["From"], made["To"] = settings.sender, settings.to
    made["Subject"] = one_line(message.subject).strip()  # a line break would begin another header
    made["Date"] = format_datetime(message.at)
    made["Message-ID"] = f"<{message.id}@{Address(addr_spec=settings.sender).domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    made.set_content(seen(message.body))
    return made

"""A case that is handed to a Service Desk outside Slack, by e-mail or by webhook."""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.desk import store, transitions
from bot.desk.case import DeskCase, Enquiry, EnquirySource, about
from bot.desk.service import CaseService
from bot.outbox.sending import Sender
from bot.outbox.tables import OutboxRow
from bot.outbox.transports.external import EXTERNAL
from bot.service.features import LETTER_KINDS
from bot.settings import Settings
from knowledge.ids import Question
from tests.bot.app_fixtures import NIA, SEREN, Room
from tests.bot.desk.outside_servers import PASSWORD, USER, Hook, Mailbox
from tests.builders import GLAN, NOW

SECRET = "whsec_" + base64.b64encode(b"a key of at least 24 bytes, made up").decode()
WROTE = "Where is Seren Blodeuwedd? I am her mother."


def by_email(box: Mailbox, **fields: Any) -> dict[str, Any]:
    given = {"by": "email", "to": "desk@example.org", "sender": "hwb@example.wales", "host": "localhost"}
    return {"hand_over": {**given, "port": box.port, "user": USER, **fields}, "smtp_password": PASSWORD}


def by_webhook(hook: Hook) -> dict[str, Any]:
    return {"hand_over": {"by": "webhook", "url": hook.url}, "webhook_secret": SECRET}


class Desk:
    """A case about Seren, handed over at a room with some settings."""

    def __init__(self, room: Room, settings: dict[str, Any]) -> None:
        self.room = room
        self.moment = NOW
        self.start(settings)
        found = room.provisioning.asks(Question.WHY_MISSING, SEREN.upn, GLAN)
        case = about(DeskCase(0, NOW, NIA, "en"), found, Question.WHY_MISSING)
        asking = Enquiry(NOW, NIA, EnquirySource.PASTED, "en", None, WROTE)
        self.case = room.services.database.write(
            lambda session: store.add(session, case, transitions.opened(NIA, NOW), asking)
        )

    def start(self, settings: dict[str, Any]) -> None:
        """Start the service, or start it again with other settings."""
        own = Settings(database_url=self.room.services.settings.database_url, **settings)
        self.services = replace(self.room.services, settings=own)
        self.sender = Sender(self.services, self.room.app.client, LETTER_KINDS, clock=lambda: self.moment)

    def hand_over(self) -> None:
        self.case = CaseService(self.services, NIA).move(1, lambda case: transitions.send_out(case, NIA, NOW))

    def deliver(self, later: timedelta = timedelta(0)) -> None:
        self.moment += later
        self.sender.deliver()

    def row(self) -> OutboxRow:
        with self.services.database.reading() as session:
            row = session.query(OutboxRow).filter(OutboxRow.to == EXTERNAL).one()
            session.expunge_all()
            return row

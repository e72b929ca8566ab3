"""Cases handed to a Service Desk outside Slack: by real e-mail and real webhooks, once, without names."""

import base64
import hashlib
import hmac
import json
import smtplib
import socket
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.desk import store, transitions
from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, Party, Resolution
from bot.desk.external_desk import case_message
from bot.outbox import letters
from bot.outbox.transports.email import ByEmail
from bot.outbox.transports.external import NotTaken
from bot.outbox.transports.hand_over import external_service
from bot.outbox.transports.webhook import key_of, signed
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.settings import Settings
from bot.settings_tables import EmailHandOver
from bot.slack.voice import Voice
from provisioning.errors import KnownError
from tests.bot.app_fixtures import ELIS, HELP, NIA, SEREN, Room, opened, words
from tests.bot.desk.outside_desk import SECRET, Desk, by_email, by_webhook
from tests.bot.desk.outside_servers import Hook, Mailbox, hook_server
from tests.bot.refused_settings import refusal
from tests.builders import GLAN, NOW


def test_an_email_says_what_was_found_and_does_not_name_the_learner(glan: Room, post: Mailbox) -> None:
    desk = Desk(glan, by_email(post))
    desk.hand_over()
    desk.deliver()
    desk.deliver(timedelta(hours=1))

    (message,) = post.messages
    body = message.get_content()
    cause = "the client has never run here"
    assert message["Subject"] == f"Hwb case 1: {cause}, {GLAN.name.en} ({GLAN.number})"
    assert (message["To"], message["From"]) == ("desk@example.org", "hwb@example.wales")
    assert SEREN.upn in body
    assert "has not run" in body or "has never run" in body
    assert "Has the school's Provisioning Client run successfully since? No." in body
    assert "whom to ring: Whoever manages the school’s Provisioning Client. 01633 000000" in body
    assert "Please quote case 1" in body
    assert SEREN.upn not in str(message["Subject"])
    assert "Blodeuwedd" not in message.as_string()
    assert "mother" not in body
    assert post.encrypted == [True]
    assert desk.row().sent_at is not None


def test_an_email_in_welsh(glan: Room, post: Mailbox) -> None:
    desk = Desk(glan, {**by_email(post), "lang": "cy"})
    desk.hand_over()
    desk.deliver()
    (message,) = post.messages
    cause = "nid yw'r cleient erioed wedi rhedeg yma"
    assert message["Subject"].strip() == f"Achos Hwb 1: {cause}, {GLAN.name.cy} ({GLAN.number})"
    assert "Dyfynnwch achos 1" in message.get_content()


def test_a_second_attempt_is_the_same_message(glan: Room, post: Mailbox) -> None:
    desk = Desk(glan, by_email(post))
    desk.hand_over()
    post.answers.append("451 Rho gynnig arall arni")
    desk.deliver()
    assert post.messages == []
    assert desk.row().sent_at is None
    desk.deliver(timedelta(minutes=10))
    (message,) = post.messages
    assert message["Message-ID"] == "<handing-1-1@example.wales>"


def test_what_the_server_refuses_for_good_is_given_up_and_the_operators_are_told(
    glan: Room, post: Mailbox
) -> None:
    glan.grant(Grant(ELIS, Role.ADMINISTRATOR, EVERYWHERE))
    desk = Desk(glan, by_email(post))
    desk.hand_over()
    post.answers.append("550 Nid oes neb o'r enw hwnnw yma")
    desk.deliver()
    desk.deliver(timedelta(hours=1))
    assert post.messages == []
    assert desk.row().given_up_because == "smtp-550"
    (told,) = glan.server.person(ELIS).messages()
    assert "could not be handed to the Service Desk outside Slack (smtp-550)" in words(told)


def test_a_case_waits_until_the_operator_corrects_the_password(glan: Room, post: Mailbox) -> None:
    desk = Desk(glan, {**by_email(post), "smtp_password": "wrong"})
    desk.hand_over()
    for _ in range(4):
        desk.deliver(timedelta(days=1))
    assert post.messages == []
    assert desk.row().given_up_because is None
    desk.start(by_email(post))
    desk.deliver(timedelta(days=1))
    (message,) = post.messages
    assert message["Subject"].startswith("Hwb case 1")
    assert desk.row().sent_at is not None


def test_a_server_that_is_not_trusted_gets_neither_password_nor_case(
    glan: Room, post: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    desk = Desk(glan, by_email(post))
    desk.hand_over()
    desk.deliver()
    assert post.messages == []


def test_trouble_outside_keeps_no_letter_of_slack_waiting(glan: Room, post: Mailbox) -> None:
    glan.grant(Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE))
    desk = Desk(glan, {**by_email(post), "smtp_password": "wrong"})
    desk.hand_over()
    letter = {"kind": "trouble", "to": "C0GONE", "why": "channel_not_found"}
    glan.services.database.write(
        lambda session: letters.put(session, [letters.Letter("later", NIA, letter)], NOW)
    )
    desk.deliver()
    assert len(glan.server.person(NIA).messages()) == 1


def test_a_case_that_was_resolved_meanwhile_is_not_handed_over(glan: Room, post: Mailbox) -> None:
    desk = Desk(glan, by_email(post))
    desk.hand_over()
    case, event = transitions.resolve(desk.case, NIA, Resolution.PUT_RIGHT, "", NOW)
    desk.services.database.write(lambda session: store.save(session, case, event))
    desk.deliver()
    assert post.messages == []


def test_the_desk_hands_a_case_over_with_a_button_once(glan: Room, post: Mailbox) -> None:
    desk = Desk(glan, by_email(post))
    room = opened(desk.services, glan.provisioning, glan.server)
    shown = room.answer(NIA, "desk 1")
    pressed = room.pressed(NIA, shown, DeskAction.SEND_OUT)
    for _ in range(2):  # from two windows
        room.deliver("interactive", pressed)
    desk.deliver()
    assert len(post.messages) == 1
    with desk.services.database.reading() as session:
        case = store.get(session, 1)
    assert (case.state, case.waiting_for, case.taken_by) == (CaseState.WAITING, Party.HWB_DESK, NIA)
    said = words(room.server.person(NIA).messages(HELP)[-1])
    assert "Case 1 already waits for just that." in said
    assert "waiting for the Hwb Service Desk" in said


def test_without_a_desk_outside_there_is_no_such_button(glan: Room) -> None:
    Desk(glan, {})
    assert DeskAction.SEND_OUT not in str(glan.run(NIA, "desk 1"))


def test_a_webhook_is_signed_json(glan: Room, hook: Hook) -> None:
    desk = Desk(glan, by_webhook(hook))
    desk.hand_over()
    desk.deliver()

    ((headers, body),) = hook.requests
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key_of(SECRET), told, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["content-type"] == "application/json"
    shape = json.loads(body)
    assert shape["type"] == "case.handed-over"
    assert shape["data"]["number"] == 1
    assert shape["data"]["identifier"] == SEREN.upn
    assert shape["data"]["cause"] == "never-run"
    assert shape["data"]["school"]["number"] == GLAN.number
    assert "Blodeuwedd" not in body.decode()
    assert "mother" not in body.decode()


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the Standard Webhooks specification."""
    headers = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        NOW.fromtimestamp(1614265330, NOW.tzinfo),
        b'{"test": 2432232314}',
        key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("status", "for_good"), [(500, False), (429, False), (302, False), (403, False), (410, True), (422, True)]
)
def test_what_a_webhook_answers(glan: Room, hook: Hook, status: int, for_good: bool) -> None:
    desk = Desk(glan, by_webhook(hook))
    desk.hand_over()
    hook.answers.append(status)
    desk.deliver()
    assert (desk.row().given_up_because is not None) is for_good
    desk.deliver(timedelta(hours=1))
    assert len(hook.requests) == (1 if for_good else 2)
    assert len({headers["webhook-id"] for headers, _ in hook.requests}) == 1


def test_a_desk_that_cannot_be_reached_is_not_given_up(glan: Room) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    desk = Desk(glan, by_webhook(Hook(f"http://127.0.0.1:{port}/hwb")))
    desk.hand_over()
    for _ in range(4):
        desk.deliver(timedelta(days=1))
    assert (desk.row().sent_at, desk.row().given_up_because) == (None, None)
    with hook_server(port=port) as back:
        desk.deliver(timedelta(days=1))
        assert len(back.requests) == 1
    assert desk.row().sent_at is not None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"by": "email", "to": "desk", "sender": "a@b.wales", "host": "h"}, "e-mail address"),
        (
            {"by": "email", "to": "a@b.wales\r\nBcc: x@y", "sender": "a@b.wales", "host": "h"},
            "e-mail address",
        ),
        (
            {
                "by": "email",
                "to": "a@b.wales",
                "sender": "a@b.wales",
                "host": "mail.example",
                "security": "none",
            },
            "this machine only",
        ),
        ({"by": "webhook", "url": "http://desk.example/hook"}, "https"),
        ({"by": "webhook", "url": "file:///etc/passwd"}, "https"),
        ({"by": "pigeon"}, "pigeon"),
    ],
)
def test_a_setting_that_can_not_be_meant(given: dict[str, Any], said: str) -> None:
    assert said in refusal({"hand_over": given})


@pytest.mark.parametrize(
    "secret", [None, "whsec_short", "not base64 at all", base64.b64encode(b"x" * 30).decode()]
)
def test_a_webhook_without_a_proper_secret_is_told_at_once(secret: str | None) -> None:
    settings = Settings(
        hand_over={"by": "webhook", "url": "https://desk.example/"},  # type: ignore[arg-type]
        webhook_secret=SecretStr(secret) if secret else None,
    )
    with pytest.raises(KnownError) as refused:
        external_service(settings)
    assert refused.value.said.values["variable"] == "HWB_WEBHOOK_SECRET"


def test_a_silent_or_strange_server_is_no_crash(glan: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def strange(*_args: Any, **_more: Any) -> smtplib.SMTP:
        raise smtplib.SMTPServerDisconnected("gone")

    desk = Desk(glan, {})
    monkeypatch.setattr(smtplib, "SMTP", strange)
    out = ByEmail(EmailHandOver(by="email", to="a@b.wales", sender="c@d.wales", host="localhost"), None)
    with pytest.raises(NotTaken) as refused:
        out.take(case_message("handing-1-1", NOW, desk.case, GLAN, Voice(glan.services.catalogue, "en")))
    assert not refused.value.for_good

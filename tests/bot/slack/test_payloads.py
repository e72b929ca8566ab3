"""What Slack sends is read before anything acts on it: of another shape it is refused, in words."""

import pytest

from bot.desk import form_screens as forms
from bot.people import audit
from bot.slack.payloads import UNREADABLE, Payload, Unreadable, read
from tests.bot.app_fixtures import CARYS, NIA, Json, Room, words

RETIRED = "This message is from an older version"
LACKS = "What Slack sent for this lacks something that Hwb needs."


def press(**more: object) -> Json:
    """The press of a button as Slack words it."""
    action = {"type": "button", "action_id": "say:help", "block_id": "x", "value": "help"}
    body: Json = {"type": "block_actions", "user": {"id": CARYS}, "actions": [action]}
    return body | {"trigger_id": "1.2.x", "response_url": "http://127.0.0.1/respond"} | more


def test_a_payload_of_slacks_passes_as_it_is() -> None:
    assert read(press()) == press()


def test_what_a_payload_lacks_is_told_in_words_and_is_no_traceback() -> None:
    found = read(press())
    assert isinstance(found, Payload)
    with pytest.raises(Unreadable, match=r"error\.request-unreadable"):
        found["actions"][0]["selected_option"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"actions": []}, "nothing was pressed"),
        ({"actions": "say:help"}, "no list of actions"),
        ({"actions": [{"action_id": 7, "block_id": "x"}]}, "a number for an id"),
        ({"actions": [{"action_id": "x", "block_id": "x", "selected_option": "x"}]}, "no option"),
        ({"view": {"id": "V", "type": "modal", "state": {"values": []}}}, "no fields"),
        ({"container": 5}, "no container"),
        ({"team": []}, "no team"),
    ],
)
def test_one_of_another_shape_is_answered_as_an_old_button_of_its_user(more: Json, why: str) -> None:
    found = read(press(**more))
    assert found is not None, why
    assert found["actions"][0]["action_id"] == "aside:unreadable"
    assert found["user"]["id"] == CARYS


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"type": "block_actions"},
        press(user={"id": 7}),
        press(user="U0CARYS"),
        press(user={"id": "x" * 300}),
        press(response_url="file:///etc/passwd", trigger_id=None),
        {"type": "event_callback", "event": 5, "event_id": "E"},
    ],
)
def test_one_that_says_nothing_to_answer_to_is_refused(body: object) -> None:
    assert read(body) is None


def test_words_are_such_as_any_database_keeps() -> None:
    found = read(press(text="a\x00b\ud800\u202ec"))
    assert found is not None
    assert found["text"] == "abc"


def test_what_lies_deeper_than_slacks_parts_is_left_out() -> None:
    deep: Json = {}
    for _ in range(5_000):
        deep = {"a": deep}
    assert read(press(junk=deep)) is not None


def _audited(room: Room) -> list[str]:
    with room.services.database.reading() as session:
        return [each.outcome for each in audit.read(session, audit.AuditFilter(action=UNREADABLE))]


def test_a_broken_press_is_answered_and_in_the_audit(here: Room) -> None:
    broken = press(actions=5, trigger_id=_trigger(here, CARYS), response_url=None)
    here.deliver("interactive", broken)
    assert RETIRED in words(here.modal(CARYS))
    assert _audited(here) == [audit.REFUSED]


def test_a_form_without_a_field_is_answered_and_in_the_audit(here: Room) -> None:
    view = here.live.views.open(_trigger(here, NIA), _FORM)
    sent = {"id": view.id, "hash": "h", "type": "modal", "callback_id": forms.RESOLVE}
    body: Json = {"type": "view_submission", "user": {"id": NIA}, "trigger_id": _trigger(here, NIA)}
    here.deliver("interactive", body | {"view": sent | {"private_metadata": "1", "state": {"values": {}}}})
    assert LACKS in words(here.modal(NIA))
    assert _audited(here) == [audit.REFUSED]


def test_a_form_that_no_version_takes_any_more_is_answered(here: Room) -> None:
    view = {"id": "V", "hash": "h", "type": "modal", "callback_id": "an-old-form", "private_metadata": ""}
    body: Json = {"type": "view_submission", "user": {"id": NIA}, "trigger_id": _trigger(here, NIA)}
    said = here.deliver("interactive", body | {"view": view | {"state": {"values": {}}}})
    assert RETIRED in words(said["view"])


_FORM: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "A form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "x"}}],
}


def _trigger(room: Room, user: str) -> str:
    return str(room.live.workspace.new_trigger(user))

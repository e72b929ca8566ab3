"""What a client's log may say of people stays out of texts that reach channels."""

import pytest

from provisioning.masking import masked, plain
from provisioning.portal.client import presentable
from provisioning.portal.client_log import TAIL_LENGTH, TAIL_LINES, TAIL_WIDTH


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("created H801200001001 in Year 7", "created *** in Year 7"),
        ("h801200001001", "***"),
        ("upn=H801200001001;", "upn=***;"),
        ("T20110001804V (temporary)", "*** (temporary)"),
        ("H801 2000 01001 with spaces", "*** with spaces"),
        ("H 8012 0000 1001", "***"),
        ("idH801200001001_x", "id***_x"),
        ("BloggsJ@hwbcymru.net created", "*** created"),
        ("<seren.evans@ysgol.example>, done", "<***>, done"),
        ("mail to j.o'neil+x@a.example", "mail to ***"),
        ("user=BloggsJ%40hwbcymru.net&x=1", "user=***&x=1"),
        ("school 6809903, 3 accounts in 12.5 s", "school 6809903, 3 accounts in 12.5 s"),
        ("error 0x80131904 at 2026-09-07 06:00:12", "error 0x80131904 at 2026-09-07 06:00:12"),
        ("ring 029 2018 0000 or write", "ring 029 2018 0000 or write"),
    ],
)
def test_what_names_a_person_is_masked(said: str, left: str) -> None:
    assert masked(said) == left


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1234567890-abcdefghij",
        "xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTA",
        "xapp-1-A0TRIAL-1b42115bd6b9cb85560a909b54f9e891",
        "hwb_1aV2C3oymel6gcgsPZJYdgkFAKlR2s38GD2qoh0gfMY",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw+/==",
    ],
)
def test_a_token_or_secret_is_masked_wherever_it_stands(secret: str) -> None:
    assert masked(f"sent with {secret}, refused") == "sent with ***, refused"
    assert masked(f"token={secret}") == "token=***"


def test_words_that_only_begin_as_tokens_do_are_left() -> None:
    said = "HWB_DATABASE_URL, hwb_rollover-0.3.0-py3-none-any.whl, xapp-1, whsec_ and base64"
    assert masked(said) == said


def test_colours_and_controls_of_a_terminal_are_left_out() -> None:
    assert plain("\x1b[31mERROR\x1b[0m\tno\x07 licence") == "ERROR no licence"


def test_a_name_in_colours_is_masked_all_the_same() -> None:
    assert presentable(b"H8012\x1b[1m00001001 created") == "*** created"


def test_only_the_last_lines_are_kept_and_long_ones_are_cut() -> None:
    log = "\n".join(f"line {number}" for number in range(100)) + "\n\n" + "x" * 500 + "\n"
    kept = presentable(log.encode()).splitlines()
    assert len(kept) == TAIL_LINES
    assert kept[0] == "line 81"
    assert kept[-1] == "x" * (TAIL_WIDTH - 1) + "…"


def test_the_whole_is_no_longer_than_a_message_may_be() -> None:
    assert len(presentable(b"\n".join([b"x" * 190] * 20))) <= TAIL_LENGTH


def test_it_is_masked_before_it_is_cut() -> None:
    line = "x" * (TAIL_WIDTH - 8) + " H801200001001 created"
    assert presentable(line.encode()) == "x" * (TAIL_WIDTH - 8) + " *** cr…"


def test_half_a_name_at_the_beginning_of_what_is_left_is_dropped() -> None:
    assert presentable(b"1200001001 created\nall done", cut=True) == "all done"
    assert presentable(b"1200001001 created", cut=True) == "created"


def test_a_log_in_no_known_encoding_is_still_a_text() -> None:
    assert presentable(b"\xff\xfe failed") == "\ufffd\ufffd failed"
    assert presentable(b"") == ""

"""By which address a request is counted: that of its connection, or what a trusted proxy says of it."""

import pytest

from bot.settings import Settings
from bot.trusted_proxies import trusted_proxies
from tests.bot.refused_settings import refusal

PROXY, FARM, CLIENT, CLAIMED = "192.0.2.7", "10.1.2.3", "203.0.113.9", "198.51.100.1"
BEHIND = trusted_proxies([PROXY, "10.0.0.0/8", "2001:db8:1::/48", "::ffff:172.16.0.0/108"])


def test_without_the_setting_no_header_counts() -> None:
    proxies = trusted_proxies(Settings().api_trusted_proxies)
    for connected in ("127.0.0.1", "::1", CLIENT):
        assert proxies.client_of(connected, [CLAIMED]) == connected


@pytest.mark.parametrize(
    ("what", "connected", "forwarded", "counted"),
    [
        ("a client that connects by itself and claims another address", CLIENT, [CLAIMED], CLIENT),
        ("the proxy tells of its client", PROXY, [CLIENT], CLIENT),
        ("the proxy adds its client to what that one claimed", PROXY, [f"{CLAIMED}, {CLIENT}"], CLIENT),
        ("the client claimed to be a proxy's client", PROXY, [f"{CLAIMED}, {FARM}, {CLIENT}"], CLIENT),
        ("two proxies, one behind the other", PROXY, [f"{CLAIMED}, {CLIENT}, {FARM}"], CLIENT),
        ("what was claimed stands in a header of its own", PROXY, [CLAIMED, CLIENT], CLIENT),
        ("a proxy asks on its own behalf", PROXY, [], PROXY),
        ("all are proxies", PROXY, ["10.0.0.9, 10.0.0.8"], "10.0.0.9"),
        ("an empty header", PROXY, [""], PROXY),
        ("no address", PROXY, ["unknown"], PROXY),
        ("no address behind a proxy's", PROXY, [f"{CLIENT}, _hidden, {FARM}"], FARM),
        ("a number out of its bounds", PROXY, [f"{CLIENT}, 300.1.1.1"], PROXY),
        ("commas alone", PROXY, [",,,"], PROXY),
        ("with its port", PROXY, [f"{CLIENT}:50123"], CLIENT),
        ("IPv6 with its port", PROXY, ["[2001:db8:2::5]:50123"], "2001:db8:2::5"),
        ("IPv6 written at length", PROXY, ["2001:0DB8:2:0::0005"], "2001:db8:2::5"),
        ("a proxy that connects by IPv6", "2001:db8:1::1", [CLIENT], CLIENT),
        ("a proxy that the setting names as IPv6 has it", "172.16.1.1", [CLIENT], CLIENT),
        ("an address beside that network", "172.32.1.1", [CLIENT], "172.32.1.1"),
        ("IPv4 as IPv6 has it", f"::ffff:{PROXY}", [f"::ffff:{CLIENT}"], CLIENT),
        ("a connection without an address", "-", [CLIENT], "-"),
    ],
)
def test_a_request_counts_by(what: str, connected: str, forwarded: list[str], counted: str) -> None:
    assert BEHIND.client_of(connected, forwarded) == counted, what


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("proxy.example.wales", "such as 192.0.2.7 or 10.0.0.0/8"),
        ("10.1.2.3/8", "such as 192.0.2.7 or 10.0.0.0/8"),
        ("192.0.2.7:443", "such as 192.0.2.7 or 10.0.0.0/8"),
        ("", "such as 192.0.2.7 or 10.0.0.0/8"),
        ("0.0.0.0/0", "any client could name another"),
        ("::/0", "any client could name another"),
        ("::ffff:0:0/96", "any client could name another"),
    ],
)
def test_what_is_no_address_stops_the_start_and_says_what_was_expected(written: str, expected: str) -> None:
    said = refusal({"api_trusted_proxies": [PROXY, written]})
    assert said.startswith(f'The setting api_trusted_proxies can\'t be used: "{written}" is ')
    assert expected in said

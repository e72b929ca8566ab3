"""Which client a request comes from, where proxies that the settings name stand before this program.

Any client can send `X-Forwarded-For`; a proxy adds the address that it was connected from at the right. So
what stands left of the last address that no trusted proxy has is only claimed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from bot.setting_values import UnusableError

Address = IPv4Address | IPv6Address
_MAPPED_BITS = 96
"""The bits before an IPv4 address that IPv6 has mapped."""


@dataclass(frozen=True)
class TrustedProxies:
    """The `networks` whose addresses may name a client by `X-Forwarded-For`."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def client_of(self, connected: str, forwarded: Iterable[str]) -> str:
        """Return the address that a request counts by, of one that came in a connection from `connected`.

        `forwarded` are the values of its headers `X-Forwarded-For`, in their order. From the right, the first
        address of no trusted proxy is the client's. Before a value that is no address, or where all are
        trusted, it is the last one that was read.
        """
        client = _address(connected)
        if client is None:
            return connected
        for written in reversed(",".join(forwarded).split(",")):
            if not self._has(client):
                break
            found = _address(written)
            if found is None:
                break
            client = found
        return str(client)

    def _has(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def trusted_proxies(written: Sequence[str]) -> TrustedProxies:
    """Return the proxies `written` as addresses and networks; raise `UnusableError` for what is neither."""
    return TrustedProxies(tuple(map(_network, written)))


def _network(written: str) -> IPv4Network | IPv6Network:
    """Return an address or network; IPv4 that IPv6 has mapped is IPv4, as the addresses of clients are."""
    try:
        network = ip_network(written)
    except ValueError:
        raise UnusableError("no-network", given=written) from None
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None and network.prefixlen >= _MAPPED_BITS:
        network = IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))
    if network.prefixlen == 0:
        raise UnusableError("every-address", given=written)
    return network


def _address(written: str) -> Address | None:
    """Return an address, which may have its port behind it; None where `written` is none.

    An IPv4 address that IPv6 has mapped is the IPv4 address.
    """
    host = written.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found

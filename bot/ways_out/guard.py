"""Where web hooks may lead: to public addresses, over https, and to what the settings name.

Names are looked up once for each connection, by the resolver that the connection itself uses: what
was checked is what is connected to, whatever the name says a moment later.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST_URL = 2000
_USUAL_PORTS = {80, 443}
_FIRST_FREE_PORT = 1024  # below it only those: nobody is made to speak to a mail server
# What versions of Python do not agree on, what leads to the inside of a cloud though it is public,
# and old forms that hide other addresses.
_NEVER: tuple[Network, ...] = tuple(
    ipaddress.ip_network(it)
    for it in (
        "100.64.0.0/10",  # behind a carrier's own translation
        "168.63.129.16/32",  # Azure's own services
        "192.0.0.0/24",  # for protocols
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # for protocols; Teredo
        "2001:db8::/32",  # examples
        "2002::/16",  # 6to4
        "3fff::/20",  # examples
    )
)
# What a name never ends in, but old ways to write an address do: 127.1, 0x7f000001, 2130706433.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")  # all that is handed out
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # the last 32 bits are an IPv4 address


class RefusedAddressError(Exception):
    """The address may not be sent to; the message says why, for staff."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Says which addresses may be sent to. `hosts` and `networks` are allowed though they are
    private, and also without https."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, allowed: str | None) -> "Guard":
        """Of a list such as `10.1.0.0/16, crm.internal`. Raises ValueError."""
        hosts, networks = set(), []
        for word in (allowed or "").replace(",", " ").split():
            network = _network(word)
            if network is not None:
                networks.append(network)
            else:
                hosts.add(_host_name(word))
        return cls(frozenset(hosts), tuple(networks))

    def check_url(self, text: str) -> URL:
        """The URL, if nothing that stands in it speaks against it; what its name leads to is seen
        when it is connected to. Raises RefusedAddressError."""
        url = _parsed(text)
        host = url.host or ""
        is_named = self._is_named(host)
        if url.scheme != "https" and not (url.scheme == "http" and is_named):
            raise RefusedAddressError("it must begin with https://")
        if url.user is not None or url.password is not None:
            raise RefusedAddressError("it must hold no name and no password")
        if not (is_named or url.port in _USUAL_PORTS or (url.port or 0) >= _FIRST_FREE_PORT):
            raise RefusedAddressError(f"port {url.port} is not one for web hooks")
        literal = _address(host)
        if literal is not None:
            self.check_addresses(host, [literal])
        elif not is_named and _NUMBER.fullmatch(host.lower().rstrip(".").rpartition(".")[2]):
            raise RefusedAddressError(
                f"{host} is neither a name nor an address as they are written"
            )
        return url

    def check_addresses(self, host: str, addresses: Iterable[Address]) -> None:
        """Whether this host may be connected to at all of these. Raises RefusedAddressError."""
        if host.lower().rstrip(".") in self.hosts:
            return
        for address in addresses:
            if not self._is_allowed(address) and not is_public(address):
                leads = "" if _address(host) else f" leads to {address}, which"
                raise RefusedAddressError(f"{host}{leads} is not public")

    def _is_named(self, host: str) -> bool:
        """Whether the settings name this host, or the network of this address."""
        literal = _address(host)
        return host.lower().rstrip(".") in self.hosts or (
            literal is not None and self._is_allowed(literal)
        )

    def _is_allowed(self, address: Address) -> bool:
        return any(unwrapped(address) in network for network in self.networks)


class CheckedResolver(AbstractResolver):
    """Looks names up, and lets only those addresses through that may be connected to."""

    def __init__(self, guard: Guard, inner: AbstractResolver) -> None:
        self._guard = guard
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """What the host leads to. Raises RefusedAddressError if any of it may not be."""
        found = await self._inner.resolve(host, port, family)
        addresses = [ipaddress.ip_address(it["host"].partition("%")[0]) for it in found]
        self._guard.check_addresses(host, addresses)
        return found

    async def close(self) -> None:
        """Nothing is kept open."""
        await self._inner.close()


def is_public(address: Address) -> bool:
    """Whether it is one of the open internet's, seen through every coat it may wear."""
    address = unwrapped(address)
    if any(address in network for network in _NEVER):
        return False
    if isinstance(address, IPv6Address) and address not in _PUBLIC_IPV6:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _parsed(text: str) -> URL:
    if len(text) > LONGEST_URL or any(it.isspace() or not it.isprintable() for it in text):
        raise RefusedAddressError("it is too long, or has spaces in it")
    try:
        url = URL(text)
        if not url.host or not url.port:
            raise RefusedAddressError("it must be an address such as https://example.org/hook")
    except ValueError as error:
        raise RefusedAddressError("it cannot be read as an address") from error
    return url


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _network(word: str) -> Network | None:
    try:
        return ipaddress.ip_network(word)
    except ValueError:
        if "/" in word:
            raise ValueError(f"{word} is no network") from None
        return None


def _host_name(word: str) -> str:
    host = word.lower().rstrip(".")
    if not host or not all(it.isalnum() or it in "-._" for it in host):
        raise ValueError(f"{word} is neither a network nor the name of a host")
    return host

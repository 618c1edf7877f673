"""Who asks, where what asks us is a reverse proxy: it says so in headers that anybody else could
make up as well, so that they count only from addresses that the settings name."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from aiohttp import web

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_FOR = "X-Forwarded-For"
_HOST = "X-Forwarded-Host"


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies that are trusted; by default none."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, given: str | None) -> "Proxies":
        """Of a list such as `127.0.0.1, 10.1.0.0/16`. Raises ValueError."""
        words = (given or "").replace(",", " ").split()
        try:
            return cls(tuple(ipaddress.ip_network(word) for word in words))
        except ValueError as error:
            raise ValueError(f"must list addresses or networks: {error}") from error

    def client_of(self, request: web.Request) -> str:
        """The address that the request comes from: of what is passed on the last that no trusted
        proxy has; what stands before that, whoever asks may have made up."""
        nearest = _address(request.remote or "")
        if nearest is None:
            return request.remote or ""
        for word in reversed(_words(request.headers.getall(_FOR, []))):
            before = _address(word)
            if before is None or not self._trusts(nearest):
                break
            nearest = before
        return str(nearest)

    def host_of(self, request: web.Request) -> str:
        """The host, with its port if it has one, that the browser asked for."""
        nearest = _address(request.remote or "")
        passed_on = _words(request.headers.getall(_HOST, []))
        if passed_on and nearest is not None and self._trusts(nearest):
            return passed_on[-1]
        return request.host

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def _words(values: Sequence[str]) -> list[str]:
    """Of all headers of one name, in order."""
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _address(word: str) -> Address | None:
    """The address, as it is compared; some proxies write a port behind it."""
    bare = word.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found

"""Where the server listens, and by which names a browser may call it."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import Any

from ffnn.errors import ChoiceError

PORT = 8357
"""The port, where none is asked for and it is free."""

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")

REASONS = {
    errno.EADDRINUSE: "is taken; choose another, or leave --port out and a free one is found",
    errno.EACCES: "may not be used without more rights; choose one above 1023",
}


@dataclass(frozen=True)
class Address:
    """A place in the network that listens; browsers wait there from now on, until the server answers."""

    listener: socket.socket
    host: str

    @property
    def port(self) -> int:
        """The number of its port."""
        return int(self.listener.getsockname()[1])

    @property
    def number(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        """Its IP address."""
        return ipaddress.ip_address(self.listener.getsockname()[0].partition("%")[0])

    @property
    def url(self) -> str:
        """What to open on this machine, with a slash at its end."""
        host = str(self.number) if self.number.is_loopback else "127.0.0.1" if self.number.is_unspecified else self.host
        return f"http://{bracketed(host)}:{self.port}/"

    def serves(self, called: str) -> bool:
        """Whether the header Host, as sent by a browser, calls this server.

        Any web page may let its own name point to this machine, and its scripts then count as ours (DNS rebinding);
        but what they send as Host is that name. In a network any number of an address will do: it is no name.
        """
        name, _, port = called.lower().rpartition(":")
        if port != str(self.port) or "]" in port:
            name, port = called.lower(), "80"  # a browser leaves out the port that HTTP has anyway
        if port != str(self.port):
            return False
        if name in (*LOOPBACK_NAMES, bracketed(str(self.number))):
            return True
        return not self.number.is_loopback and (name in network_names(self.host) or is_number(name))


def listen(host: str, port: int | None) -> Address:
    """Listen at a port: at `PORT`, or any other if that is taken, where none is given; at any where it is 0.

    Raises:
        ChoiceError: That port is taken or not allowed, or the host is not an address of this machine.
    """
    try:
        return Address(bound(host, PORT if port is None else port), host)
    except OSError as error:
        if port is None and error.errno == errno.EADDRINUSE:
            return Address(bound(host, 0), host)
        if error.errno in REASONS:
            raise ChoiceError(f"port {port} {REASONS[error.errno]}") from error
        raise ChoiceError(f"--host {host} is not an address of this machine: {error.strerror or error}") from error


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens."""
    family, kind, protocol, _, place = resolve_host(host, port)
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere this would let two servers share one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens at a host.

    Raises:
        ChoiceError: There is no such host.
    """
    try:
        place = resolve_host(host, 0)[-1]
    except (OSError, UnicodeError) as error:
        raise ChoiceError(f"--host {host} is not an address of this machine: {error}") from error
    return ipaddress.ip_address(str(place[0]).partition("%")[0]).is_loopback


def resolve_host(host: str, port: int) -> tuple[Any, ...]:
    """Family, kind, protocol, name and place of a socket that listens there."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]


def network_names(host: str) -> set[str]:
    """The names of this machine in a network."""
    machine = socket.gethostname().lower()
    return {bracketed(host.lower()), machine, machine.partition(".")[0], f"{machine.partition('.')[0]}.local"}


def is_number(name: str) -> bool:
    """Whether a name in a URL is the number of an address."""
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def bracketed(host: str) -> str:
    """A host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host

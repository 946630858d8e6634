"""From the command to the page: choose an address, tell it, open a browser and serve until Ctrl-C."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ffnn.errors import ChoiceError
from ffnn.streams import say
from ffnn.web import access, address

if TYPE_CHECKING:
    from ffnn.playground.data import Table
    from ffnn.tables.formats.understood import Reading

HOST = "127.0.0.1"


def check_access(host: str, token: str | None) -> None:
    """Refuse what would leave the server open to others.

    Raises:
        ChoiceError: There is no such host, it is open to a network but no token was chosen, or the token is too short.
    """
    if not address.is_loopback(host) and token is None:
        raise ChoiceError(
            f"--host {host} lets others in the network reach the playground; choose a --token of at least "
            f"{access.LEAST_TOKEN} characters, which they then need"
        )
    if token is not None and len(token) < access.LEAST_TOKEN:
        raise ChoiceError(f"--token has {len(token)} characters; it takes at least {access.LEAST_TOKEN}")


def launch(
    host: str = HOST, port: int | None = None, token: str | None = None, *, browser: bool = True,
    table: Table | None = None,
) -> None:  # fmt: skip
    """Serve the playground until Ctrl-C.

    A browser is sent to the port as soon as it listens: it waits there while the rest is imported. So is what trains,
    before the page asks for it.
    """
    place = address.listen(host, port)
    if port is None and place.port != address.PORT:
        warn(f"port {address.PORT} is taken; the playground takes {place.port} instead")
    if not place.number.is_loopback:
        warn(f"whoever in the network has the token can use this playground, at port {place.port} of this machine")
    granted = access.grant(place.port, token)
    url = f"{place.url}?token={quote(granted.token, safe='', errors='surrogateescape')}"
    print(url, flush=True)
    if browser:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    threading.Thread(target=import_module, args=("ffnn.playground.session",), daemon=True).start()
    serve(place, granted, sessions(table))


def serve(place: address.Address, granted: access.Access, make: Any) -> None:
    """Serve at a place that listens, until Ctrl-C."""
    try:
        from ffnn.playground.web import registry, server

        app = server.build(registry.Registry(make), place, granted)
        server.server(app).run(sockets=[place.listener])
    except KeyboardInterrupt:  # the server, if it ran, has ended in order and passes the signal on
        return


def opened(read: Reading, name: str, target: str | None) -> Table:
    """A table as sessions begin with it: its last column is what they learn.

    Raises:
        TableError: There is no such column, or it cannot be learned.
    """
    from ffnn.playground import data
    from ffnn.playground.settings import Settings, changed
    from ffnn.tables.columns import schema

    frame, understood = read
    if target is not None:
        target = understood.kept.called(target)
        schema.require(target, frame.columns)
        frame = frame.select([column for column in frame.columns if column != target] + [target])
    table = data.Table(name, frame, understood.notes)
    settings = changed(Settings(), {"dataset": "table"})
    data.gathered(changed(settings, {"problem": data.problem_of(settings, table)}), table)
    return table


def sessions(table: Table | None) -> Callable[[Callable[[], None]], Any]:
    """What makes a new session: on the table, if there is one."""

    def make(wake: Callable[[], None]) -> Any:
        from ffnn.playground.session import Session

        return Session(wake, table=table)

    return make


def warn(sentence: str) -> None:
    """Tell on standard error what is not as expected, but no error."""
    from ffnn.console.terminal import printable

    say(f"ffnn: {printable(sentence)}")

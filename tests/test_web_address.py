from __future__ import annotations

import re
import socket

import pytest

from ffnn.errors import ChoiceError
from ffnn.playground.web import launch
from ffnn.web import address


def test_a_taken_port_is_replaced_unless_it_was_asked_for(monkeypatch):
    taken = address.listen("127.0.0.1", 0)
    monkeypatch.setattr(address, "PORT", taken.port)
    other = address.listen("127.0.0.1", None)
    assert other.port != taken.port
    with pytest.raises(ChoiceError, match=f"^port {taken.port} is taken; choose another"):
        address.listen("127.0.0.1", taken.port)
    taken.listener.close()
    other.listener.close()


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(ChoiceError, match=r"^--host 192\.0\.2\.1 is not an address of this machine"):
        address.listen("192.0.2.1", 0)


@pytest.mark.parametrize("host", ["", "a..b", "nowhere.invalid", "256.1.1.1"])
def test_a_host_that_is_none_is_refused(host):
    with pytest.raises(ChoiceError, match="is not an address of this machine"):
        launch.check_access(host, "a token of my own")


def test_a_network_needs_a_token():
    for host in ("0.0.0.0", "::"):
        with pytest.raises(ChoiceError, match=f"^--host {re.escape(host)} lets others"):
            launch.check_access(host, None)
    with pytest.raises(ChoiceError, match=r"^--token has 15 characters; it takes at least 16$"):
        launch.check_access("127.0.0.1", "x" * 15)
    launch.check_access("0.0.0.0", "x" * 16)
    launch.check_access("localhost", None)


def test_in_a_network_numbers_and_the_machines_names_are_taken_but_no_others():
    place = address.listen("0.0.0.0", 0)
    port = place.port
    machine = socket.gethostname().lower()
    assert place.url == f"http://127.0.0.1:{port}/"
    for name in ("192.168.0.7", "[fe80::1]", "localhost", machine, f"{machine.partition('.')[0]}.local"):
        assert place.serves(f"{name}:{port}")
    for name in ("evil.example", "1.2.3.4.evil.example", ""):
        assert not place.serves(f"{name}:{port}")
    assert not place.serves("192.168.0.7")
    place.listener.close()


def test_a_browser_leaves_out_the_port_of_http():
    class Eighty(address.Address):
        port = 80

    listener = socket.create_server(("127.0.0.1", 0))
    place = Eighty(listener, "127.0.0.1")
    assert place.serves("127.0.0.1")
    assert place.serves("localhost:80")
    assert not place.serves("evil.example")
    listener.close()

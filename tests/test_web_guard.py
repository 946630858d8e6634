from __future__ import annotations

import socket

import pytest
from websockets.exceptions import InvalidStatus

from ffnn.web import guard
from servers import Served, closing


def test_the_token_is_exchanged_for_a_cookie_that_scripts_and_other_sites_cannot_use(served: Served):
    answer = served.ask(f"/?token={served.granted.token}", cookie=None)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    value, *attributes = answer.headers["set-cookie"].split("; ")
    assert value == served.cookie
    assert value.startswith(f"ffnn-{served.place.port}=")
    assert {attribute.lower() for attribute in attributes} == {"httponly", "samesite=strict", "path=/"}
    assert served.granted.token not in answer.headers["set-cookie"]
    assert served.ask("/static/settings.js", cookie=value).status == 200


@pytest.mark.parametrize("token", ["", "no", "%ff%00", "x" * 5000])
def test_a_wrong_token_opens_nothing(served: Served, token):
    answer = served.ask(f"/?token={token}", cookie=None)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
    assert guard.WRONG_TOKEN in answer.text


@pytest.mark.parametrize("path", ["/", "/static/settings.js", "/export/points.csv?session=a", "/nothing"])
@pytest.mark.parametrize("cookie", [None, "", "ffnn=1", "ffnn-{port}=0000", "ffnn-1={proof}"])
def test_without_the_cookie_there_is_one_sentence(served: Served, path, cookie):
    given = cookie and cookie.format(port=served.place.port, proof=served.granted.proof)
    answer = served.ask(path, cookie=given)
    assert answer.status == 403
    assert guard.ASK in answer.text
    assert "refresh" not in answer.text


def test_a_post_without_the_cookie_changes_nothing(served: Served):
    assert served.ask("/table?session=a&name=a.csv", "POST", b"a\n1\n", cookie=None).status == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:{port}.evil.example", "", None,
     "[::1]", "localhost:{port}:{port}", "0.0.0.0:{port}", "192.168.0.1:{port}", "127.0.0.1:{port}@evil",
     "[::1:{port}"],
)  # fmt: skip
def test_a_name_that_is_not_its_own_is_refused(served: Served, host):
    with socket.create_connection(("127.0.0.1", served.place.port), timeout=20) as line:
        named = "" if host is None else f"Host: {host.format(port=served.place.port)}\r\n"
        line.sendall(f"GET / HTTP/1.0\r\n{named}Cookie: {served.cookie}\r\n\r\n".encode())
        status = int(line.makefile("rb").readline().split()[1])
    assert status == 403
    if host:
        with pytest.raises((InvalidStatus, ValueError)) as refused:
            served.socket(headers={"Host": host.format(port=served.place.port)})
        assert refused.type is ValueError or refused.value.response.status_code in (400, 403)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_its_own_names_are_taken(served: Served, name):
    assert served.ask("/static/settings.js", host=f"{name}:{served.place.port}").status == 200


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "https://{host}", "http://localhost:{port}", "http://127.0.0.1:1"]
)
def test_only_the_pages_own_origin_may_change_something(served: Served, origin):
    origin = origin and origin.format(host=served.host, port=served.place.port)
    answer = served.ask("/table?session=a&name=a.csv", "POST", b"a\n1\n", origin=origin)
    assert (answer.status, answer.text) == (403, guard.WRONG_ORIGIN)
    with pytest.raises(InvalidStatus) as refused:
        served.socket(origin=origin)
    assert refused.value.response.status_code == 403
    assert refused.value.response.headers["Content-Security-Policy"]


def test_the_pages_own_socket_without_its_cookie_is_told_why(served: Served):
    with served.socket(headers={"Cookie": "ffnn=1"}) as opened:
        assert closing(opened) == (1008, guard.ASK)


def test_a_page_that_comes_from_another_site_asks_again_by_itself(served: Served):
    answer = served.ask("/", cookie=None, sec_fetch_site="cross-site")
    assert answer.status == 403
    assert guard.AGAIN in answer.text
    assert guard.AGAIN not in served.ask("/static/settings.js", cookie=None, sec_fetch_site="cross-site").text

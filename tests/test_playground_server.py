from __future__ import annotations

import socket

import pytest

from ffnn.playground.web import server
from servers import Served


def test_every_answer_has_its_headers(served: Served):
    answers = [
        served.ask("/static/settings.js"),
        served.ask("/nothing"),
        served.ask("/table"),
        served.ask("/", cookie=None),
        served.ask("/", host="evil.example"),
        served.ask(f"/?token={served.granted.token}"),
        served.ask("/export/points.csv?session=none"),
    ]
    assert [answer.status for answer in answers] == [200, 404, 405, 403, 403, 303, 404]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'self'; ")
        for rule in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
            assert rule in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cache-control"] in ("no-cache", "no-store")
        assert "server" not in answer.headers


def test_every_file_of_the_page_is_served_with_its_type_and_asked_for_again(served: Served):
    files = [file for file in server.STATIC.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} <= set(server.TYPES)
    for file in files:
        path = f"/static/{file.relative_to(server.STATIC).as_posix()}"
        answer = served.ask(path)
        assert (answer.status, answer.text) == (200, file.read_text(encoding="utf-8")), path
        assert answer.headers["content-type"] == server.TYPES[file.suffix]
        assert answer.headers["cache-control"] == "no-cache"
        same = served.ask(path, if_none_match=answer.headers["etag"])
        assert (same.status, same.text) == (304, "")


def test_the_front_page_is_the_page(served: Served):
    answer = served.ask("/")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text == (server.STATIC / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/static/", "/static/nothing.js", "/static/../server.py", "/static/%2e%2e/server.py",
     "/static//etc/passwd", "/static/..%2fserver.py", "/static/%00", "/static/..%5cserver.py", "/export/",
     "/export/server.py?session=a", "/favicon.ico", "/" + "x" * 5000, "/static/" + "x" * 5000],
)  # fmt: skip
def test_what_is_not_there_is_a_sentence(served: Served, path):
    answer = served.ask(path)
    assert (answer.status, answer.sentence) == (404, "there is nothing here")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/"), ("DELETE", "/static/settings.js"), ("GET", "/table"), ("PUT", "/table"),
     ("POST", "/export/points.csv")],
)  # fmt: skip
def test_a_wrong_method_is_a_sentence(served: Served, method, path):
    answer = served.ask(path, method, origin=f"http://{served.host}")
    assert (answer.status, answer.sentence) == (405, "this cannot be done here")


@pytest.mark.parametrize(
    "request_",
    [b"\x00\xff\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET /" + b"x" * 200_000],
)  # fmt: skip
def test_what_is_no_request_is_told_so(served: Served, request_):
    with socket.create_connection(("127.0.0.1", served.place.port), timeout=20) as line:
        line.sendall(request_)
        assert line.makefile("rb").readline().split()[1] == b"400"
    assert served.ask("/static/settings.js").status == 200


def test_a_table_is_uploaded(served: Served):
    with served.socket("load"):
        answer = served.ask("/table?session=load&name=a%20b.csv", "POST", b"a,b\n1,2\n")
        assert (answer.status, answer.text) == (200, '{"name":"a b.csv","bytes":8}')
        answer = served.ask("/table?session=load&name=bad.csv", "POST", b"")
        assert (answer.status, answer.sentence) == (400, "bad.csv holds no columns")
        assert served.ask("/table?session=nobody&name=a.csv", "POST", b"").status == 404
        assert served.ask("/table", "POST", b"").sentence == "this session has ended; reload the page"


def test_an_upload_is_measured_whatever_its_length_is_said_to_be(monkeypatch, served: Served):
    monkeypatch.setattr(server, "LARGEST_TABLE", 2_000_000)
    with served.socket("large"):
        path = "/table?session=large&name=a.csv"
        assert served.ask(path, "POST", bytes(2_000_000)).status == 200
        answer = served.ask(path, "POST", bytes(2_000_001))
        assert (answer.status, answer.sentence[:24]) == (413, "a table may have 2 MB; t")
        in_chunks = served.ask(path, "POST", (bytes(65_536) for _ in range(40)))
        assert in_chunks.status == 413


def test_a_client_that_goes_amid_an_upload_breaks_nothing(served: Served, capfd):
    with served.socket("half"):
        with socket.create_connection(("127.0.0.1", served.place.port)) as line:
            head = f"POST /table?session=half&name=a.csv HTTP/1.1\r\nHost: {served.host}\r\nOrigin: http://{served.host}\r\n"
            line.sendall(f"{head}Cookie: {served.cookie}\r\nContent-Length: 1000\r\n\r\nhalf".encode())
        assert served.ask("/table?session=half&name=a.csv", "POST", b"whole").text == '{"name":"a.csv","bytes":5}'
    assert capfd.readouterr().err == ""


def test_a_defect_in_a_request_is_told_without_its_traceback(served: Served, capfd):
    with served.socket("defect"):
        answer = served.ask("/table?session=defect&name=broken.csv", "POST", b"")
        assert answer.status == 500
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.sentence.startswith("this is a defect of ffnn")
        assert "Traceback" not in answer.text
        assert served.ask("/table?session=defect&name=a.csv", "POST", b"").status == 200
    assert "ZeroDivisionError: a defect, on purpose" in capfd.readouterr().err


def test_files_are_taken_along(served: Served):
    with served.socket("take"):
        answer = served.ask("/export/points.csv?session=take")
        assert (answer.status, answer.text) == (200, "points.csv")
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.headers["content-disposition"] == 'attachment; filename="points.csv"'
        refused = served.ask("/export/model.safetensors?session=take")
        assert (refused.status, refused.sentence) == (400, "nothing has been trained yet")
    assert served.ask("/export/points.csv?session=nobody").status == 404

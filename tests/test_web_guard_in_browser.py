"""Who gets in, as a real browser sees it: what it sends, keeps and refuses is its own doing, not ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from ffnn.web.guard import ASK


@pytest.fixture
def context(browser):
    with browser.new_context() as context:
        yield context


@pytest.fixture
def elsewhere(playground) -> Iterator[str]:
    """A page of another site, with a link to the playground."""

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<!doctype html><title>elsewhere</title><a href="{playground}">come</a>'.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://localhost:{server.server_port}/"  # another site than 127.0.0.1
        server.shutdown()


def test_the_token_leaves_the_address_bar_and_a_reload_works(context, playground):
    page = context.new_page()
    assert page.goto(playground).status == 200
    assert urlsplit(page.url).query == ""
    assert page.reload().status == 200
    assert page.evaluate("document.cookie") == ""
    (cookie,) = context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")


def test_without_a_token_there_is_a_sentence(context, playground):
    page = context.new_page()
    parts = urlsplit(playground)
    assert page.goto(f"http://{parts.netloc}/").status == 403
    assert page.inner_text("body") == ASK


def test_a_link_on_another_site_leads_to_the_page(context, playground, elsewhere):
    """A SameSite=Strict cookie is not sent after such a link, though it was set on the way."""
    page = context.new_page()
    page.goto(elsewhere)
    page.click("a")
    page.wait_for_selector("script", state="attached")
    assert urlsplit(page.url).netloc == urlsplit(playground).netloc


def test_another_site_can_neither_read_nor_write(context, playground, elsewhere):
    page = context.new_page()
    page.goto(playground)
    page.goto(elsewhere)
    host = urlsplit(playground).netloc
    fetched = "async ([url, options]) => { try { await fetch(url, options) } catch (error) { return error.name } }"
    for options in ({"mode": "cors"}, {"mode": "no-cors"}, {"mode": "no-cors", "method": "POST", "body": "a"}):
        for path in ("/", "/table?session=a&name=a.csv", "/export/points.csv?session=a"):
            whole = {"credentials": "include", **options}
            assert page.evaluate(fetched, [f"http://{host}{path}", whole]) == "TypeError", (path, whole)
    closed = """(url) => new Promise((done) => {
        const socket = new WebSocket(url);
        socket.onopen = () => done("open");
        socket.onclose = (event) => done(event.code);
    })"""
    assert page.evaluate(closed, f"ws://{host}/socket?session=a") == 1006


def test_no_other_page_can_frame_it(context, playground, elsewhere):
    page = context.new_page()
    page.goto(elsewhere)
    framed = """(url) => {
        const frame = document.createElement("iframe");
        frame.src = url;
        document.body.append(frame);
    }"""
    with page.expect_console_message(lambda told: "frame-ancestors" in told.text and told.type == "error"):
        page.evaluate(framed, playground)


def test_the_pages_own_requests_pass_and_its_socket_is_taken_over(context, playground):
    page = context.new_page()
    page.goto(playground)
    opened = """() => new Promise((done, failed) => {
        window.socket = new WebSocket(`ws://${location.host}/socket?session=mine`);
        socket.onmessage = () => done(true);
        window.ending = new Promise((closed) => {
            socket.onclose = (event) => { closed([event.code, event.reason]); failed(event.reason) };
        });
    })"""
    assert page.evaluate(opened)
    posted = "async (body) => (await fetch('/table?session=mine&name=a.csv', {method: 'POST', body})).status"
    table = "a,b,c\n" + "".join(f"{row},{row * row % 7},{'yes' if row % 3 else 'no'}\n" for row in range(60))
    assert page.evaluate(posted, table) == 200
    assert page.evaluate(posted, "") == 400
    other = context.new_page()
    other.goto(playground)
    assert other.evaluate(opened)
    assert page.evaluate("window.ending") == [4001, "this session goes on in another page"]


def test_the_page_breaks_none_of_its_own_rules(context, playground):
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(playground)
    page.wait_for_load_state("networkidle")
    assert not [text for text in told if "Content Security Policy" in text]
    host = urlsplit(playground).netloc
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} == {host}

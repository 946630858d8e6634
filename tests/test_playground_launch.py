from __future__ import annotations

import re
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import pages
from commands import run
from ffnn.web import address
from servers import until


@pytest.fixture
def points(tmp_path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text("x,label\n" + "".join(f"{row},{'up' if row > 20 else 'down'}\n" for row in range(40)))
    return path


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing.csv"], "there is no file nothing.csv"),
        (["--target", "label"], "--target names a column of a table; name the table too"),
        (["{points}", "--target", "lable"], "'lable'"),
        (["--host", "0.0.0.0"], "choose a --token of at least 16 characters"),
        (["--token", "short"], "--token has 5 characters; it takes at least 16"),
        (["--port", "70000"], "70000 is not in the range"),
        (["--port", "{taken}"], "port {taken} is taken; choose another"),
        (["--prot", "1"], "there is no option '--prot'; did you mean '--port'"),
    ],
)
def test_what_cannot_be_is_one_sentence(capfd, points, arguments, sentence):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        given = {"points": points, "taken": taken.getsockname()[1]}
        code, out, err = run(capfd, "playground", "--no-browser", *(word.format(**given) for word in arguments))
    assert (code, out) == (2, "")
    assert err.startswith("ffnn: ")
    assert sentence.format(**given) in err
    assert err.count("\n") == 1


def test_the_command_tells_its_address_and_ends_quietly_at_ctrl_c(points):
    with pages.playing("--no-browser", "--port", 0, points, "--target", "x") as started:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32}", started.url)
        assert asked(started.url)[0] == 303
        assert started.end() == 0
        assert started.complaints() == ""
        assert started.process.stdout.read() == ""


def test_a_server_that_is_started_again_knows_its_pages(tmp_path):
    port = free_port()
    environment = {"XDG_STATE_HOME": str(tmp_path)}
    with pages.playing("--no-browser", "--port", port, environment=environment) as started:
        cookie = asked(started.url)[1].split(";")[0]
        started.process.kill()
    with pages.playing("--no-browser", "--port", port, environment=environment):
        assert asked(f"http://127.0.0.1:{port}/static/settings.js", cookie)[0] == 200
    with pages.playing("--no-browser", "--port", port, "--token", "a token of my own", environment=environment):
        assert asked(f"http://127.0.0.1:{port}/static/settings.js", cookie)[0] == 403


def test_a_browser_is_opened_at_the_address(tmp_path):
    opener = tmp_path / "opener.py"
    opener.write_text("import pathlib, sys\npathlib.Path(sys.argv[1] + '.part').write_text(sys.argv[2])\n"
                      "pathlib.Path(sys.argv[1] + '.part').rename(sys.argv[1])\n")  # fmt: skip
    told = tmp_path / "told"
    browser = {"BROWSER": f"{sys.executable} {opener} {told} %s"}
    with pages.playing("--port", 0, "--token", "ä token/of=my&own", environment=browser) as started:
        until(told.exists)
        assert told.read_text() == started.url
        assert asked(started.url)[0] == 303


def test_a_network_is_warned_of_and_a_taken_port_is_told():
    with pages.playing("--no-browser", "--port", 0, "--host", "0.0.0.0", "--token", "a token of my own") as started:
        assert "whoever in the network has the token can use this playground" in started.complaints()
        assert asked(started.url)[0] == 303
    try:
        taken = socket.create_server(("127.0.0.1", address.PORT))
    except OSError:  # someone else has it, which is as good
        taken = socket.create_server(("127.0.0.1", 0))
    with taken, pages.playing("--no-browser") as started:
        assert f":{address.PORT}/" not in started.url
        assert re.fullmatch(r"ffnn: port 8357 is taken; the playground takes \d+ instead\n", started.complaints())


def asked(url: str, cookie: str = "") -> tuple[int, str]:
    """Status of an address, and the cookie that it sets."""
    parts = urlsplit(url)
    line = HTTPConnection(parts.netloc, timeout=20)
    line.request("GET", f"{parts.path}?{parts.query}", headers={"Cookie": cookie})
    response = line.getresponse()
    line.close()
    return response.status, response.getheader("set-cookie", "")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def test_importing_the_server_imports_no_jax():
    code = "import sys; from ffnn.playground.web import launch, server; assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)

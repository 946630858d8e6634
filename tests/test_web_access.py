from __future__ import annotations

import os
import stat

import pytest

from ffnn.web import access
from servers import SECRET


def test_the_cookie_outlives_the_server_but_not_a_change_of_token_port_or_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    first = access.grant(8357)
    kept = tmp_path / "ffnn" / "playground.secret"
    if os.name == "posix":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    again = access.grant(8357)
    assert again.proof == first.proof
    assert again.token != first.token
    assert len(again.token) >= 32
    chosen = access.grant(8357, "a token of my own")
    proofs = {first.proof, access.grant(8358).proof, chosen.proof, access.grant(8357, "another of my own").proof}
    assert len(proofs) == 4
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    assert access.grant(8357).proof not in proofs


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
@pytest.mark.parametrize("what", ["open folder", "open file", "short file", "link", "no folder"])
def test_a_secret_that_others_may_know_is_not_used(tmp_path, monkeypatch, what):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "state" / "ffnn"
    folder.mkdir(0o700, parents=True)
    kept = folder / "playground.secret"
    kept.write_bytes(SECRET)
    kept.chmod(0o600)
    known = access.grant(8357, secret=SECRET).proof
    assert access.grant(8357).proof == known
    if what == "open folder":
        folder.chmod(0o755)
    elif what == "open file":
        kept.chmod(0o644)
    elif what == "short file":
        kept.write_bytes(SECRET[:31])
    elif what == "link":
        kept.rename(tmp_path / "elsewhere")
        kept.symlink_to(tmp_path / "elsewhere")
    else:
        kept.unlink()
        folder.rmdir()
        folder.write_text("a file")
    assert access.grant(8357).proof != known


def test_characters_of_any_kind_are_compared():
    assert not access.grant(1, "é" * 16, SECRET).is_token("\udcff")
    assert access.grant(1, "é" * 16, SECRET).is_token("é" * 16)

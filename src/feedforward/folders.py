"""Folders of the user that hold what no one else may read or put there."""

from __future__ import annotations

import os
from pathlib import Path


def closed(folder: Path) -> bool:
    """Make a folder, if it is not there; whether it is the user's own and closed to all others."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.stat()
    except OSError:
        return False
    return os.name != "posix" or own(about)


def own(about: os.stat_result) -> bool:
    """Whether a folder or file is the user's own and closed to all others."""
    return about.st_uid == os.getuid() and not about.st_mode & 0o077

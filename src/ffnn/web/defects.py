"""How a defect of ours is reported: everything to whoever runs the server, one sentence to a page."""

from __future__ import annotations

import traceback

from ffnn.streams import say

DEFECT = "this is a defect of ffnn, not of your input; what runs the server tells more"


def report(error: BaseException) -> None:
    """Tell on standard error what went wrong."""
    say("".join(traceback.format_exception(error)).rstrip())
    say("ffnn: this is a defect of ffnn; please report the lines above")

"""A page in one HTML file: nothing that is fetched, no script, readable in light and dark and on paper.

What every page shares is here: head, style, escaping, small bars and lines, and writing it whole.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ffnn.console.terminal import printable
from ffnn.errors import OutputError
from ffnn.files import replacing

LIGHT = """--page: #ffffff; --text: #1c1c1c; --faint: #b8b8b8; --c0: #0072b2; --c1: #d55e00; --c2: #009e73;
  --c3: #a8518a; --c4: #9a7500; --c5: #3d7fb8;"""
DARK = """--page: #16181c; --text: #e6e6e6; --faint: #565b63; --c0: #56b4e9; --c1: #ff9350; --c2: #35c79b;
  --c3: #e19bc7; --c4: #e8c547; --c5: #9fc3ff;"""

STYLE = f"""
.ffnn {{ color-scheme: light dark; {LIGHT}
  background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }}
@media (prefers-color-scheme: dark) {{ .ffnn {{ {DARK} }} }}
@media print {{ .ffnn {{ color-scheme: light; {LIGHT} font-size: 12px; }}
  .ffnn .wide {{ overflow: visible; }} .ffnn tr, .ffnn figure {{ break-inside: avoid; }} }}
.ffnn table {{ border-collapse: collapse; font-size: .9em; }} .ffnn .wide {{ overflow-x: auto; }}
.ffnn th, .ffnn td {{ padding: .15rem .8rem .15rem 0; text-align: right; font-variant-numeric: tabular-nums;
  font-weight: normal; background: none; vertical-align: top; }}
.ffnn th:first-child {{ text-align: left; }} .ffnn thead {{ border-bottom: 1px solid var(--faint); }}
.ffnn dl {{ display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }} .ffnn dd {{ margin: 0; }}
"""
"""Of a page, and of a part of one that stands in a notebook: all inside an element of the class `ffnn`."""

BODY = "body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }\n"

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may fetch for a page: nothing."""


def framed(title: str, body: str, style: str = "") -> str:
    """A page.

    Args:
        title: Its heading, escaped.
        body: What stands below the heading, as HTML.
        style: What only this page needs.
    """
    return (
        f'<!DOCTYPE html>\n<html lang="en" class="ffnn">\n<head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width"><style>'
        f"{STYLE}{BODY}{style}</style></head>\n<body><h1>{title}</h1>\n{body}</body></html>\n"
    )


def write(page: str, path: Path) -> None:
    """Write a page.

    Raises:
        OutputError: It cannot be written; a page that was there stays as it is.
    """
    try:
        with replacing(path) as file:
            file.write(page.encode())
    except OSError as error:
        raise OutputError(f"the page {path} cannot be written: {error.strerror or error}") from error


def escaped(text: object) -> str:
    """Untrusted text, escaped for HTML."""
    return html.escape(printable(text))


def bars(counts: Sequence[int], label: str) -> str:
    """Counts as a small picture of bars, as high as a line or two of text."""
    most = max(counts, default=0) or 1
    heights = [max(1.0, 22 * count / most) if count else 0.0 for count in counts]
    drawn = "".join(
        f'<rect x="{7 * place}" y="{24 - height:.1f}" width="6" height="{height:.1f}"/>'
        for place, height in enumerate(heights)
        if height
    )
    wide = 7 * len(counts)
    return (
        f'<svg role="img" aria-label="{escaped(label)}" viewBox="0 0 {wide} 24" width="{wide}" height="24" '
        f'fill="var(--c0)"><path d="M0 24h{wide}" stroke="var(--faint)"/>{drawn}</svg>'
    )


WIDE, HIGH = 240, 72
"""Of a picture of lines, in pixels."""

LEAST = 1e-30
"""Values below are drawn as this, for a logarithm."""


def lines(curves: Sequence[Float[np.ndarray, " values"]], label: str) -> str:
    """Curves of as many positive values each as a small picture, logarithmic, a colour each in the order of `--c0`."""
    heights = [np.log(np.maximum(curve.astype(np.float64), LEAST)) for curve in curves]
    low, high = (float(which([which(curve) for curve in heights])) for which in (np.min, np.max))
    span = high - low or 1.0

    def points(curve: Float[np.ndarray, " values"]) -> str:
        chosen = np.unique(np.linspace(0, len(curve) - 1, min(len(curve), WIDE)).astype(int))
        across = 2 + (WIDE - 4) * chosen / max(1, len(curve) - 1)
        down = 2 + (HIGH - 4) * (high - curve[chosen]) / span
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))

    drawn = "".join(
        f'<polyline points="{points(curve)}" fill="none" stroke="var(--c{place})" stroke-width="1.5"/>'
        for place, curve in enumerate(heights)
    )
    return (
        f'<svg role="img" aria-label="{escaped(label)}" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}">'
        f'<path d="M0 {HIGH}h{WIDE}M0 0v{HIGH}" stroke="var(--faint)"/>{drawn}</svg>'
    )

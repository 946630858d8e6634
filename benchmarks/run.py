"""The table of benchmarks: `python benchmarks/run.py [NAME…] [--pairs N] [--json FILE]`.

Every figure is a ratio of two things measured in the same run; see `measure` for the rule.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import playground
import processes
import rows
import training
import vocabulary
from measure import Figure, machine

BENCHMARKS: dict[str, Callable[[int], list[Figure]]] = {
    "import": processes.importing,
    "help": processes.helping,
    "predict": processes.predicting,
    "train": processes.training,
    "epoch": training.epoch,
    "default": training.default,
    "restarts": training.restarts,
    "xor": training.xor,
    "adult": training.adult,
    "read": rows.reading,
    "encode": rows.encoding,
    "million": rows.predicting,
    "wide": rows.widening,
    "search": rows.searching,
    "lecture": vocabulary.lecture,
    "fit": vocabulary.fit,
    "playground": playground.page,
}


def main() -> None:
    """Measure, print a line for each figure as it comes, and keep the figures where asked."""
    parser = argparse.ArgumentParser(description="Measure ffnn against its peers.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"benchmarks to run, all if none: {', '.join(BENCHMARKS)}"
    )
    parser.add_argument("--pairs", type=int, default=5, help="how often each side is measured, in turn (default: 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    print(f"{machine()}; two sides in turn, the smallest of {chosen.pairs} each")
    print(line("ours against theirs", "ours", "theirs", "ratio", "target", ""))
    figures = []
    for name in chosen.names or BENCHMARKS:
        for figure in BENCHMARKS[name](chosen.pairs):
            figures.append({"benchmark": name, **asdict(figure), "verdict": figure.verdict})
            print(shown(figure), flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps({"machine": machine(), "pairs": chosen.pairs, "figures": figures}, indent=1))


def shown(figure: Figure) -> str:
    """A figure as a line of the table."""
    ours, theirs = (
        "-" if side is None else f"{side:.3g} {figure.unit}" if figure.unit else f"{side:.4f}"
        for side in (figure.ours, figure.theirs)
    )
    target = "-" if figure.target is None else "{} {:g}".format(*figure.target)
    ratio = "-" if figure.ratio is None else f"{figure.ratio:.3g}"
    return line(figure.what, ours, theirs, ratio, target, "; ".join(filter(None, (figure.verdict, figure.note))))


def line(what: str, ours: str, theirs: str, ratio: str, target: str, verdict: str) -> str:
    """Six columns."""
    return f"{what:<72} {ours:>12} {theirs:>12} {ratio:>7}  {target:<13} {verdict}".rstrip()


if __name__ == "__main__":
    main()

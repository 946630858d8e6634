"""Real tables, on which recipes are developed and held against peers: `python benchmarks/tables.py [NAME…]`.

With `--inner` on splits for development; without, on the outer splits of the peers' recorded figures, and every such
run is written down. A process fits one learner on all splits of one table; figures that are there are not made again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import logbook
import report
import splits
import standing
from ffnn.errors import RecipeError
from ffnn.recipes import catalogue
from kept import Learner, Results, fingerprint
from learners import PEERS
from measure import HERE, machine
from splits import Table
from standing import Result, Standings

RESULTS = HERE / "results"

SHARED = HERE.parent.parent / "shared"


@dataclass(frozen=True)
class Plan:
    """What a run does.

    Attributes:
        split: `outer` or `inner`.
        data: Folder of the tables.
        tables: Those to learn.
        ours: Recipes; the first is held against all others.
        peers: Peers that run beside ours.
        recorded: File of the peers' recorded figures, of outer splits.
        most: Splits of a table, at most; None for all.
    """

    split: str
    data: Path
    tables: list[Table]
    ours: list[Learner]
    peers: list[Learner]
    recorded: Path
    most: int | None

    def seeds(self, table: Table) -> range:
        """The seeds of a table's splits."""
        return table.seeds(self.split)[: self.most]


@dataclass(frozen=True)
class Work:
    """What one process does: a learner on the splits of a table that have no figure yet."""

    learner: Learner
    table: Table
    seeds: list[int]


def main(arguments: list[str] | None = None) -> int:
    """Measure what is not there and print how it stands; 1 if a learner failed."""
    parser = parser_of()
    chosen = parser.parse_args(arguments)
    if not (chosen.data / "datasets.json").exists():
        print(f"skipped: there are no tables in {chosen.data}; --data FOLDER says where they are")
        return 0
    try:
        plan = plan_of(chosen)
    except (RecipeError, ValueError) as error:
        parser.error(str(error))
    results = Results(RESULTS / f"{plan.split}.jsonl")
    if plan.split == "inner":
        failed = measure(plan, results, chosen.jobs)
    else:
        named = {each.name: str(each.recipe) for each in plan.ours}
        with logbook.written_down(named, [table.name for table in plan.tables], logbook.FILE) as found:
            try:
                failed = measure(plan, results, chosen.jobs)
            finally:
                found |= {each.name: stand(plan, results, each.name) for each in plan.ours}
    first = plan.ours[0].name
    standings = stand(plan, results, first)
    if standings:
        print("\n" + report.written(standings, first, chosen.markdown), end="")
    if chosen.json:
        chosen.json.write_text(json.dumps(for_json(standings, first, plan.split), indent=1) + "\n")
    return int(failed)


def parser_of() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description="Hold recipes against peers on real tables.")
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="tables, all if none")
    add("--inner", action="store_true", help="splits for development, of the training rows of the first outer split")
    add("--recipe", action="append", metavar="NAME|FILE", help="may be repeated: the first is held against all others")
    add("--seeds", type=at_least_one, metavar="N", help="splits of each table, at most")
    add("--peers", default="", metavar="NAME,…", help=f"peers to run beside ours: {', '.join(PEERS)}")
    add("--peers-python", default=sys.executable, metavar="PYTHON", help="the interpreter that has the peers")
    add("--peers-file", type=Path, default=SHARED / "bench" / "peers_open.jsonl", help="recorded figures of peers")
    add("--data", type=Path, default=SHARED / "data", metavar="FOLDER", help="where the tables are")
    add("--jobs", type=at_least_one, default=1, metavar="N", help="processes at a time; times are good with 1 alone")
    add("--json", type=Path, metavar="FILE", help="write the standings there")
    add("--markdown", action="store_true", help="print the standings as Markdown")
    return parser


def at_least_one(text: str) -> int:
    """A whole number from 1, for the command line."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {number}")
    return number


def plan_of(chosen: argparse.Namespace) -> Plan:
    """What the command line asks for; tables whose file is absent are left out, and it is said.

    Raises:
        ValueError: There is no such table or peer, or two learners would share a name.
        RecipeError: There is no such recipe.
    """
    known = splits.described(chosen.data)
    wanted = [known[name] for name in all_known("table", chosen.names, known) or known]
    tables = [table for table in wanted if (chosen.data / table.file).exists()]
    for table in wanted:
        if table not in tables:
            print(f"{table.name} skipped: there is no {chosen.data / table.file}")
    ours = [
        Learner(Path(given).name, given, fingerprint(catalogue.find(given)), sys.executable)
        for given in chosen.recipe or ["default"]
    ]
    peers = [
        Learner(name, None, fingerprint(None), chosen.peers_python)
        for name in all_known("peer", list(filter(None, chosen.peers.split(","))), PEERS)
    ]
    if len({each.name for each in ours} | set(PEERS)) < len(ours) + len(PEERS):
        raise ValueError("recipes must differ in name from each other and from the peers")
    for peer in peers:
        check_packages(peer)
    split = "inner" if chosen.inner else "outer"
    return Plan(split, chosen.data, tables, ours, peers, chosen.peers_file, chosen.seeds)


def all_known(what: str, names: list[str], known: Any) -> list[str]:
    """The names, each once; a ValueError unless all are known."""
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(f"there is no {what} {', '.join(unknown)}; there are {', '.join(known)}")
    return list(dict.fromkeys(names))


def check_packages(peer: Learner) -> None:
    """Raise a ValueError unless a peer's interpreter has what the peer imports."""
    packages = PEERS[peer.name].packages
    code = "import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))"
    try:
        done = subprocess.run([peer.python, "-c", code, *packages], capture_output=True, check=False)
    except OSError as error:
        raise ValueError(
            f"{peer.python} cannot be run: {error.strerror}; --peers-python names an interpreter"
        ) from error
    if done.returncode:
        raise ValueError(
            f"peer {peer.name} needs {', '.join(packages)}, which {peer.python} does not have; make an environment "
            f"with `pip install --group peers-tables` and give its interpreter by --peers-python"
        )


def measure(plan: Plan, results: Results, jobs: int) -> bool:
    """Do what is left to do; whether a learner failed."""
    began, work = logbook.now(), left(plan, results)
    fits = sum(len(each.seeds) for each in work)
    print(f"{plan.split} splits of {len(plan.tables)} tables, {fits} fits to do; {machine()}", flush=True)
    pool = ThreadPoolExecutor(jobs)
    try:
        return not all(list(pool.map(lambda each: do(each, plan, results, began), work)))
    finally:
        pool.shutdown(cancel_futures=True)


def left(plan: Plan, results: Results) -> list[Work]:
    """The work whose figures are not there, table by table, ours and the peers in turn."""
    work = []
    for table in plan.tables:
        for learner in (*plan.ours, *plan.peers):
            there = {result.seed for result in results.of(learner, table.name, plan.seeds(table))}
            if seeds := [seed for seed in plan.seeds(table) if seed not in there]:
                work.append(Work(learner, table, seeds))
    return work


def do(work: Work, plan: Plan, results: Results, began: str) -> bool:
    """Run one process, keep and print each of its figures as it comes; whether it did not fail."""
    job: dict[str, Any] = {"learner": work.learner.name, "recipe": work.learner.recipe, "table": work.table.name}
    job |= {"data": str(plan.data), "split": plan.split, "seeds": work.seeds}

    made = []

    def keep(line: str) -> None:
        result = Result(table=work.table.name, learner=work.learner.name, run=began, **json.loads(line))
        results.add(work.learner, result)
        made.append(result)
        print(progress(result), flush=True)

    code, last_words = process([work.learner.python, str(HERE / "learners.py"), json.dumps(job)], keep)
    if len(made) < len(work.seeds):
        print(f"{work.table.name:<20} {work.learner.name:<12} {'failed: ' * bool(code)}{last_words}", flush=True)
    return code == 0


def process(command: list[str], keep: Callable[[str], None]) -> tuple[int, str]:
    """Run a command, hand on each line that it prints; its exit code, and the last line of its standard error."""
    environment = {name: value for name, value in os.environ.items() if name != "JAX_COMPILATION_CACHE_DIR"}
    with tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment) as running:
            for line in running.stdout or ():
                keep(line)
        errors.seek(0)
        return running.returncode, (errors.read().strip().splitlines() or [""])[-1]


def progress(result: Result) -> str:
    """A figure as a line."""
    values = {"error": result.error, "log loss": result.log_loss, "RMSE": result.rmse}
    scores = "  ".join(f"{name} {value:<8.5g}" for name, value in values.items() if value is not None)
    seconds = f"{result.fit_seconds:8.2f} s, {result.predict_seconds:.3f} s"
    return f"{result.table:<20} {result.learner:<12} split {result.seed}  {scores:<34} {seconds}"


def stand(plan: Plan, results: Results, ours: str) -> Standings:
    """The figures of this plan side by side; a peer's own take the place of its recorded ones."""
    recorded = standing.recorded(plan.recorded) if plan.split == "outer" and plan.recorded.exists() else []
    names = {table.name for table in plan.tables}
    found = [result for result in recorded if result.table in names]
    for table in plan.tables:
        for learner in (*plan.ours, *plan.peers):
            found += results.of(learner, table.name, plan.seeds(table))
    return standing.side_by_side(found, ours)


def for_json(standings: Standings, ours: str, split: str) -> dict[str, Any]:
    """The standings for a program to read."""
    scores = {
        table: {name: standing.figures(several) for name, several in each.items()} for table, each in standings.items()
    }
    return {"split": split, "ours": ours, "machine": machine(), "scores": scores, **standing.summary(standings, ours)}


if __name__ == "__main__":
    sys.exit(main())

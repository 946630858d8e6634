"""The command line: thin verbs. All work is done by `learn` and `model`, all printing by `terminal`."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feedforward import __version__
from feedforward.errors import FeedforwardError, RecipeError, TableError

if TYPE_CHECKING:
    from feedforward.model import Model

EXIT_DONE, EXIT_DEFECT, EXIT_INPUT, EXIT_INTERRUPTED = 0, 1, 2, 130

LARGEST_CACHE = 2**30

EXAMPLES = """\b
Examples:
  feedforward train adult.csv --target income
  feedforward train houses.parquet --target price --hidden 128,128 -o houses.safetensors
  feedforward predict adult.safetensors new.csv -o predictions.csv
  feedforward evaluate adult.safetensors labelled.csv
  feedforward show adult.safetensors
"""


class Widths(click.ParamType[Any]):
    """Numbers of neurons, as in 256,256; `none` for no hidden layer."""

    name = "widths"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A tuple of whole numbers."""
        if isinstance(value, tuple):
            return value
        if value.strip().lower() == "none":
            return ()
        try:
            return tuple(int(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not a list of whole numbers such as 256,256", param, ctx)


class Declaration(click.ParamType[Any]):
    """A column's kind, as in age=number."""

    name = "name=kind"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A pair of name and kind; a name may hold the sign = itself."""
        name, equals, kind = value.rpartition("=")
        if not (name and equals and kind):
            self.fail(f"{value!r} is not of the form NAME=KIND", param, ctx)
        return name, kind


def column_names(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """For tab completion of --target: the columns of the table that the line already names."""
    from feedforward.tables import reading

    data = next(filter(None, [ctx.params.get("data"), *ctx.args]), None)
    try:
        names = reading.read(data).columns
    except FeedforwardError:
        return []
    return [name for name in names if name.startswith(incomplete)]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}, epilog=EXAMPLES)
@click.version_option(__version__, prog_name="feedforward")
def app() -> None:
    """Feedforward neural networks: train one on a table, understand one, put one to work."""


@app.command(
    epilog="""\b
Examples:
  feedforward train iris.csv --target species
  feedforward train adult.parquet --target income --column education=category --restarts 16
  feedforward train houses.csv --target price --task regression --test houses_2025.csv
"""
)
@click.argument("data", type=click.Path())
@click.option("--target", required=True, shell_complete=column_names, help="Column to predict.")
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    help="Model file to write.  [default: DATA's name, here, .safetensors]",
)
@click.option("--task", default="auto", show_default=True, help="auto, classification or regression.")
@click.option(
    "--hidden",
    type=Widths(),
    help="Neurons of each hidden layer; none for a linear model.  [default: 256,256]",
)
@click.option("--activation", help="Activation of the hidden layers.  [default: relu]")
@click.option("--restarts", type=int, help="Networks trained side by side and averaged.  [default: 8]")
@click.option("--epochs", type=int, help="Passes over the training rows, at most.  [default: 200]")
@click.option("--patience", type=int, help="Epochs without a better validation before a restart stops.  [default: 20]")
@click.option("--batch-size", type=int, help="Rows for one step.  [default: by the number of rows, 64 to 256]")
@click.option("--learning-rate", type=float, help="Size of a step.  [default: 0.001]")
@click.option("--optimizer", help="sgd, adam or adamw.  [default: adam]")
@click.option("--test", type=click.Path(), help="Table to score on; DATA then trains with all its rows.")
@click.option("--test-fraction", type=float, help="Share of the rows held out to score on; 0 for none.  [default: 0.2]")
@click.option(
    "--column",
    "columns",
    type=Declaration(),
    multiple=True,
    help="What a column holds, if the guess is wrong: NAME=number|boolean|category|identifier|ignore.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of split, weights, order, noise.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors and, with --json, the result.")
@click.option("--json", "as_json", is_flag=True, help="Print plan, history and scores as JSON.")
@click.option("--no-compile-cache", is_flag=True, help="Compile anew; neither read nor keep compiled programs.")
def train(
    data: str, target: str, output: str | None, task: str, test: str | None, test_fraction: float | None,
    columns: tuple[tuple[str, str], ...], seed: int, quiet: bool, as_json: bool, no_compile_cache: bool, **choices: Any,
) -> None:  # fmt: skip
    """Train networks on the table DATA.

    DATA is a CSV or Parquet file; the result is one model file.
    """
    from feedforward import modelfile
    from feedforward.tables import reading, writing
    from feedforward.training.recipe import Recipe

    declared = dict(columns)
    if len(declared) < len(columns):
        raise RecipeError("--column names a column twice; declare each once")
    recipe = Recipe(**{name: value for name, value in choices.items() if value is not None})
    path = writing.check_writable(output or Path(data).stem + modelfile.ENDING, (modelfile.ENDING,))
    table = reading.read(data)
    if not no_compile_cache:
        use_compile_cache()

    from feedforward import learn, terminal

    watch = terminal.TrainingWatch(quiet=quiet)
    try:
        model = learn.train(
            table, target, task=task, recipe=recipe, columns=declared, test=test,
            test_fraction=test_fraction, seed=seed, watch=watch,
        )  # fmt: skip
    finally:
        watch.end()
    model.save(path)
    if as_json:
        terminal.print_json({"model": str(path), **described(model)})
    elif not quiet:
        out = terminal.console()
        terminal.print_scores(model.scores, out, getattr(model.target, "labels", None))
        out.print(f"saved {terminal.printable(path)} ({path.stat().st_size / 1e6:.1f} MB)")


@app.command()
@click.argument("model", type=click.Path())
@click.argument("data", type=click.Path())
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    default="-",
    help="CSV or Parquet file; - for standard output.  [default: -]",
)
def predict(model: str, data: str, output: str) -> None:
    """Predict the rows of the table DATA.

    The output has the identifier columns, prediction, and probability_<class> for each class.
    """
    from feedforward.model import load
    from feedforward.tables import writing

    if output != "-":
        place = writing.check_writable(output, writing.FORMATS)
        if taken := next((given for given in (data, model) if same_file(place, given)), None):
            raise TableError(f"the output {output} would overwrite {taken}; give another name")
    predictions = load(model).predictions(data)
    if output == "-" and sys.stdout.isatty():
        from feedforward.terminal import printable

        lines = predictions.write_csv().rstrip("\n").split("\n")
        print("\n".join(map(printable, lines)))
    else:
        writing.write(predictions, output)


@app.command()
@click.argument("model", type=click.Path())
@click.argument("data", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def evaluate(model: str, data: str, as_json: bool) -> None:
    """Score a model on the table DATA, which holds the target."""
    from feedforward import terminal
    from feedforward.model import load

    loaded = load(model)
    scores = loaded.evaluate(data)
    if as_json:
        terminal.print_json(scores)
    else:
        terminal.print_evaluation(scores, terminal.console(), getattr(loaded.target, "labels", None))


@app.command()
@click.argument("model", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the description as JSON.")
def show(model: str, as_json: bool) -> None:
    """Show what a model file holds.

    Its columns, network, training record and scores.
    """
    from feedforward import terminal
    from feedforward.model import load

    loaded = load(model)
    if as_json:
        terminal.print_json(described(loaded))
    else:
        terminal.print_model(loaded, terminal.console())


def same_file(one: Path, other: str) -> bool:
    """Whether both are there and are one file; `-` and patterns are none."""
    return one.exists() and Path(other).exists() and one.samefile(other)


def described(model: Model) -> dict[str, Any]:
    """All of a model but its parameters, for JSON."""
    return {**model.document, "history": {name: array.tolist() for name, array in vars(model.history).items()}}


def use_compile_cache() -> None:
    """Let JAX keep compiled programs in the user's cache folder, so that the next run of the same shape starts at once.

    JAX reads these settings from the environment when it is imported, which has not happened yet. A compiled program is
    code: the folder must be the user's own and closed to others, or it is not used.
    """
    from platformdirs import user_cache_path

    folder = user_cache_path("feedforward", appauthor=False) / "compiled"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.stat()
    except OSError:
        return
    if os.name == "posix" and (about.st_uid != os.getuid() or about.st_mode & 0o077):
        return
    settings = {
        "JAX_COMPILATION_CACHE_DIR": str(folder),
        "JAX_COMPILATION_CACHE_MAX_SIZE": str(LARGEST_CACHE),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",  # XLA's complaint about an entry of another machine, which then recompiles
    }
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore", message=".*persistent compilation cache")


def main() -> None:
    """Run the command line; see `EXIT_…` for the exit codes."""
    code = run(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)  # every file is closed by now; taking JAX down in order would take a quarter of a second


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; what goes wrong is one sentence on standard error."""
    try:
        app(arguments, prog_name="feedforward", standalone_mode=False)
        sys.stdout.flush()  # here, where a full disk or a reader that has gone is still heard
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())
    except click.ClickException as error:
        return complain(error.format_message())
    except FeedforwardError as error:
        return complain(str(error))
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted; nothing was written")
        return EXIT_INTERRUPTED
    except (SystemExit, BrokenPipeError):  # Click, or Rich, found that what read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except MemoryError:
        return complain("this needs more memory than there is; try fewer or smaller layers, or fewer restarts")
    except OSError as error:
        return complain(f"the output cannot be written: {error.strerror or error}")
    except Exception:
        traceback.print_exc()
        complain("this is a defect of feedforward, not of your input; please report the lines above")
        return EXIT_DEFECT
    return EXIT_DONE


def complain(sentence: str) -> int:
    """One line on standard error; the exit code for wrong input."""
    from feedforward.terminal import printable

    print(f"feedforward: {printable(sentence)}", file=sys.stderr)
    return EXIT_INPUT


if __name__ == "__main__":
    main()

"""The command line: thin verbs. All work is done by `learn` and `model`, all printing by `printing` and `watch`."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feedforward import __version__, streams
from feedforward.errors import FeedforwardError, RecipeError, TableError, near
from feedforward.options import (
    Declaration,
    InSections,
    Known,
    Recipes,
    chosen_of,
    column_names,
    option_names,
    recipe_options,
    tasks,
)

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
  feedforward compare small.safetensors large.safetensors fresh.csv
  feedforward tricks adult.csv --target income
  feedforward playground
"""


class Verbs(click.Group):
    """Commands that offer near names for a mistyped one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that the first argument names."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            ctx.fail(f"there is no command {args[0]!r}; {near(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


data_argument = click.argument("data", type=click.Path(), nargs=-1, required=True)
column_option = click.option(
    "--column",
    "columns",
    type=Declaration(),
    multiple=True,
    shell_complete=column_names,
    help="Kind of a column, where the guess is wrong: number, boolean, category, date, text, identifier or ignore.",
)
task_option = click.option(
    "--task", type=Known("name", tasks), default="auto", help="Or classification, regression.  [default: auto]"
)
missing_option = click.option(
    "--missing",
    multiple=True,
    metavar="WORD",
    help="Word that stands for a missing cell, here and in tables to predict; give it several times for several.",
)
strict_option = click.option("--strict", is_flag=True, help="Refuse a table that differs from the training table.")


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=EXAMPLES,
)
@click.version_option(__version__, prog_name="feedforward")
def app() -> None:
    """Feedforward neural networks: train one on a table, understand one, put one to work."""


@app.command(
    cls=InSections,
    epilog="""\b
Examples:
  feedforward train iris.csv --target species
  feedforward train adult.parquet --target income --column education=category --restarts 16
  feedforward train houses.csv --target price --task regression --test houses_2025.csv
  feedforward train visits.csv.gz --target outcome --group patient --class-weight balanced
  feedforward train 'sales-*.parquet' --target units --target revenue --time day --time-limit 60
""",
)
@data_argument
@click.option(
    "--target",
    "targets",
    required=True,
    multiple=True,
    shell_complete=column_names,
    metavar="COLUMN",
    help="Column to predict; give it several times for several numbers.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    help="Model file to write.  [default: DATA's name.safetensors, here]",
)
@column_option
@task_option
@click.option("--test", type=click.Path(), help="Table to score on; DATA then trains with all its rows.")
@click.option("--test-fraction", type=float, help="Share of the rows held out to score on; 0 for none.  [default: 0.2]")
@click.option(
    "--group", metavar="COLUMN", shell_complete=column_names, help="Rows of one group are never parted by a split."
)
@click.option(
    "--time", metavar="COLUMN", shell_complete=column_names, help="Dates or numbers; the latest rows are the test."
)
@click.option("--weights", metavar="COLUMN", shell_complete=column_names, help="How much each row counts.")
@missing_option
@click.option(
    "--recipe", type=Recipes(), help="Every choice at once; the options below overrule it.  [default: default]"
)
@recipe_options
@click.option("--time-limit", type=float, help="Seconds after which training ends with the best so far.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of split, weights, order and noise.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors and, with --json, the result.")
@click.option("--verbose", is_flag=True, help="Print every column, and a line after each chunk of epochs.")
@click.option("--json", "as_json", is_flag=True, help="Print the model's description, history and scores as JSON.")
@click.option("--no-compile-cache", is_flag=True, help="Compile anew; neither read nor keep compiled programs.")
def train(
    data: tuple[str, ...], targets: tuple[str, ...], output: str | None, recipe: str | None,
    columns: tuple[tuple[str, str], ...], quiet: bool, verbose: bool, as_json: bool, no_compile_cache: bool,
    **choices: Any,
) -> None:  # fmt: skip
    """Train networks on the table DATA.

    DATA is one file or several of the same columns: CSV, TSV, Parquet, Arrow or JSON Lines, also .gz or .zst; - reads
    standard input. The result is one model file. Ctrl-C ends training with the best so far and saves it.
    """
    from feedforward import modelfile
    from feedforward.files import check_writable
    from feedforward.recipes import catalogue
    from feedforward.tables import reading

    if quiet and verbose:
        raise RecipeError("--quiet and --verbose exclude each other")
    if len(dict(columns)) < len(columns):
        raise RecipeError("--column names a column twice; declare each once")
    chosen = catalogue.find(recipe, **chosen_of(choices))
    path = check_writable(output or f"{stem(data)}{modelfile.ENDING}", (modelfile.ENDING,))
    table = reading.read(source(data))
    if not no_compile_cache:
        use_compile_cache()

    from feedforward import learn
    from feedforward.console import printing, terminal, watch
    from feedforward.tables.contract import TableWarning

    watching = watch.TrainingWatch(quiet=quiet, verbose=verbose, owns_process=True)
    with warnings.catch_warnings(), watching:
        warnings.simplefilter("ignore", TableWarning)  # the plan says it
        model = learn.train(table, targets, recipe=chosen, columns=dict(columns), watch=watching, **choices)
    model.save(path)
    if as_json:
        terminal.print_json({"model": str(path), **described(model)})
    elif not quiet:
        out = terminal.console()
        printing.print_scores(model.scores, model.target, out)
        out.print(f"saved {terminal.printable(path)} ({terminal.size(path.stat().st_size)})", soft_wrap=True)


@app.command(
    epilog="""\b
Examples:
  feedforward predict adult.safetensors new.csv -o predictions.csv
  feedforward predict adult.safetensors 'days/*.parquet' -o predictions.parquet --strict
  cat new.csv | feedforward predict adult.safetensors - > predictions.csv
"""
)
@click.argument("model", type=click.Path())
@data_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    default="-",
    help="CSV, TSV, Parquet, Arrow or JSON Lines file; - for CSV on standard output.  [default: -]",
)
@strict_option
@click.option("--quiet", is_flag=True, help="Do not tell how the table differs from the training table.")
@click.option("--json", "as_json", is_flag=True, help="Tell how the table differs as JSON, on standard error.")
def predict(model: str, data: tuple[str, ...], output: str, strict: bool, quiet: bool, as_json: bool) -> None:
    """Predict the rows of the table DATA.

    The output has the identifier columns, prediction, and probability_<class> for each class. Standard error tells how
    the table differs from the training table, column by column.
    """
    from feedforward.files import check_writable
    from feedforward.model import load
    from feedforward.tables import reading, writing

    if output != "-":
        place = check_writable(output, writing.FORMATS)
        if taken := next((given for given in (*data, model) if same_file(place, given)), None):
            raise TableError(f"the output {output} would overwrite {taken}; give another name")
    found: list[Any] = []
    tell = None if strict else found.extend
    predictions = load(model).predictions(reading.read(source(data)), strict=strict, tell=tell)
    if output == "-" and sys.stdout.isatty():
        from feedforward.console.terminal import printable

        lines = predictions.write_csv().rstrip("\n").split("\n")
        print("\n".join(map(printable, lines)))
    else:
        writing.write(predictions, output)
    if as_json or (found and not quiet):
        from feedforward.console import terminal

        terminal.print_findings(found, as_json=as_json)


@app.command()
@click.argument("model", type=click.Path())
@data_argument
@click.option("--weights", metavar="COLUMN", shell_complete=column_names, help="How much each row counts.")
@strict_option
@click.option("--json", "as_json", is_flag=True, help="Print scores and findings as JSON.")
def evaluate(model: str, data: tuple[str, ...], weights: str | None, strict: bool, as_json: bool) -> None:
    """Score a model on the table DATA, which holds the target."""
    from feedforward.console import printing, terminal
    from feedforward.model import load
    from feedforward.tables import reading

    loaded = load(model)
    found: list[Any] = []
    tell = None if strict else found.extend
    scores = loaded.evaluate(reading.read(source(data)), weights=weights, strict=strict, tell=tell)
    if as_json:
        terminal.print_json({**scores, "findings": found})
        return
    printing.print_evaluation(scores, loaded.target, terminal.console())
    if found:
        terminal.print_findings(found)


@app.command(
    epilog="""\b
Example:
  feedforward compare small.safetensors large.safetensors fresh.csv
"""
)
@click.argument("first", type=click.Path())
@click.argument("second", type=click.Path())
@data_argument
@strict_option
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def compare(first: str, second: str, data: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Compare two models on the same rows of the table DATA.

    Prints what each row costs on average under the FIRST and the SECOND model, the difference, and its 95 % interval
    from the paired rows. For an honest answer neither model has seen these rows.
    """
    from feedforward.console import printing, terminal
    from feedforward.model import load
    from feedforward.tables import reading

    found: list[Any] = []
    tell = None if strict else found.extend
    compared = load(first).compare(load(second), reading.read(source(data)), strict=strict, tell=tell)
    found = list(dict.fromkeys(found))  # what both models found
    if as_json:
        terminal.print_json({**compared, "findings": found})
        return
    printing.print_comparison(compared, terminal.console())
    if found:
        terminal.print_findings(found)


@app.command(
    epilog="""\b
Examples:
  feedforward show adult.safetensors
  feedforward show --recipe default > mine.toml
"""
)
@click.argument("model", type=click.Path(), required=False)
@click.option("--recipe", type=Recipes(), help="Print a recipe as TOML instead.")
@click.option("--restarts-report", is_flag=True, help="Print every restart's course.")
@click.option("--json", "as_json", is_flag=True, help="Print the description as JSON.")
def show(model: str | None, recipe: str | None, restarts_report: bool, as_json: bool) -> None:
    """Show what a model file holds: its columns, network, training record and scores."""
    if (model is None) == (recipe is None):
        raise RecipeError("show takes either a model file or --recipe NAME")
    if recipe is not None:
        from feedforward.recipes import catalogue

        if as_json or restarts_report:
            raise RecipeError("a recipe is printed as TOML; --json and --restarts-report are for models")
        print(catalogue.to_toml(catalogue.find(recipe)), end="")
        return
    from feedforward.console import printing, terminal
    from feedforward.model import load

    loaded = load(model or "")
    if as_json:
        terminal.print_json(described(loaded))
    else:
        printing.print_model(loaded, terminal.console(), every_restart=restarts_report)


@app.command(
    epilog="""\b
Examples:
  feedforward tricks titanic.csv --target Survived
  feedforward tricks houses.parquet --target price --rows 20000 --seeds 8
  feedforward tricks titanic.csv --target Survived --html tricks.html
"""
)
@data_argument
@click.option("--target", required=True, shell_complete=column_names, metavar="COLUMN", help="Column to predict.")
@column_option
@task_option
@missing_option
@click.option("--seeds", type=int, default=5, show_default=True, help="Seeds of each variant, whose spread is shown.")
@click.option(
    "--rows", "limit", type=int, default=5000, show_default=True, help="Rows that are used at most, drawn at random."
)
@click.option("--epochs", type=int, help="Epochs at most.  [default: those of the recipe]")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the rows, split, weights, order and noise.")
@click.option("--html", type=click.Path(), help="Write a page with pictures as well.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors and, with --json, the result.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def tricks(
    data: tuple[str, ...], target: str, columns: tuple[tuple[str, str], ...], html: str | None, quiet: bool,
    as_json: bool, **choices: Any,
) -> None:  # fmt: skip
    """Measure what the tricks of training are worth on the table DATA.

    Trains the recipe plain, switches one trick at a time (normalised inputs, initial weights, activation, one-hot,
    loss, several starts, each piece of the recipe default), and tells score and spread over several seeds on rows held
    out. DATA is read as train reads it. The test rows are for comparing, not for choosing a model.
    """
    from feedforward.files import check_writable
    from feedforward.tables import reading

    if len(dict(columns)) < len(columns):
        raise RecipeError("--column names a column twice; declare each once")
    path = check_writable(html, (".html",)) if html else None
    table = reading.read(source(data))
    use_compile_cache()

    from feedforward.console import terminal
    from feedforward.tricks import experiment, page, text

    if path:
        page.require_pictures()
    with text.TricksWatch(quiet=quiet) as watching:
        found = experiment.run(table, target, columns=dict(columns), watch=watching, **choices)
    try:
        if path:
            page.write(found, Path(data[0]).name, path)
    finally:  # what was found is shown though the page cannot be written
        if as_json:
            terminal.print_json(text.document(found))
        elif not quiet:
            text.print_experiment(found, terminal.console())
    if path and not (as_json or quiet):
        terminal.console().print(f"saved {terminal.printable(path)}", soft_wrap=True)


@app.command(
    epilog="""\b
Examples:
  feedforward playground
  feedforward playground iris.csv --target species
  feedforward playground --port 9000 --no-browser
  feedforward playground --host 0.0.0.0 --token "$TOKEN"
"""
)
@click.argument("data", metavar="[TABLE]...", type=click.Path(), nargs=-1)
@click.option(
    "--target",
    shell_complete=column_names,
    metavar="COLUMN",
    help="Column of TABLE to predict.  [default: the last]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="NUMBER",
    help="Port to listen at; 0 for any that is free.  [default: 8357, or any if that is taken]",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen at; any that others can reach needs --token.",
)
@click.option("--token", help="What opens the page, at least 16 characters.  [default: a random one]")
@click.option("--no-browser", is_flag=True, help="Print the page's address, but open no browser.")
def playground(
    data: tuple[str, ...], target: str | None, port: int | None, host: str, token: str | None, no_browser: bool
) -> None:
    """Watch every number of a network as it learns.

    Opens a page in the browser, where a network learns points in a plane, or TABLE, which is read as train reads it.
    Prints the page's address, which is to be kept as a password is; Ctrl-C ends it.
    """
    from feedforward.playground.web import launch

    launch.check(host, token)
    if target is not None and not data:
        raise RecipeError("--target names a column of a table; name the table too")
    table = None
    if data:
        from feedforward.tables import reading

        table = launch.opened(reading.read(source(data)), Path(data[0]).name, target)
    use_compile_cache()
    launch.launch(host, port, token, browser=not no_browser, table=table)


def source(data: tuple[str, ...]) -> str | tuple[str, ...]:
    """One file, glob or -, or several files."""
    return data[0] if len(data) == 1 else data


def stem(data: tuple[str, ...]) -> str:
    """The name of a model of that data: its first file's, without folders, endings and signs that form a glob."""
    name = Path(data[0]).name.partition(".")[0].strip("*?[]-_ ")
    return name or "model"


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

    from feedforward import files

    folder = user_cache_path("feedforward", appauthor=False) / "compiled"
    if not files.closed(folder):
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
    streams.prepare()
    code = run(sys.argv[1:])
    os._exit(code)  # every file is closed by now; taking JAX down in order would take a quarter of a second


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; what goes wrong is one sentence on standard error."""
    try:
        try:
            app(arguments, prog_name="feedforward", standalone_mode=False)
        except click.exceptions.NoArgsIsHelpError as error:
            print(error.format_message())
        finally:
            sys.stdout.flush()  # here, where a full disk or a reader that has gone is still heard
    except click.NoSuchOption as error:
        return complain(f"there is no option {error.option_name!r}; {near(error.option_name, option_names(error.ctx))}")
    except click.ClickException as error:
        return complain(error.format_message())
    except FeedforwardError as error:
        return complain(str(error))
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted; nothing was written")
        return EXIT_INTERRUPTED
    except (SystemExit, BrokenPipeError):  # tab completion is done, or what read our output has gone
        pass
    except MemoryError:
        return complain("this needs more memory than there is; try fewer or smaller layers, or fewer restarts")
    except OSError as error:
        return complain(f"the output cannot be written: {error.strerror or error}")
    except Exception:
        streams.say(traceback.format_exc().rstrip())
        complain("this is a defect of feedforward, not of your input; please report the lines above")
        return EXIT_DEFECT
    return EXIT_DONE


def complain(sentence: str) -> int:
    """One line on standard error; the exit code for wrong input."""
    from feedforward.console.terminal import printable

    streams.say(f"feedforward: {printable(sentence)}")
    return EXIT_INPUT


if __name__ == "__main__":
    main()

"""The command line's options that are more than a word and a line of help: the recipe's choices, lists, kinds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


SECTIONS = {
    "--target": "Table and target",
    "--recipe": "Recipe",
    "--time-limit": "Run",
    "--quiet": "Output",
}
"""The heading that stands above an option in the help of `train`."""


class InSections(click.Command):
    """A command with so many options that its help has headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, a heading above each that `SECTIONS` names."""
        sections: dict[str, list[tuple[str, str]]] = {}
        heading = "Options"
        for param in self.get_params(ctx):
            heading = next((SECTIONS[name] for name in param.opts if name in SECTIONS), heading)
            if isinstance(param, click.Option) and (record := param.get_help_record(ctx)):
                sections.setdefault(heading, []).append(record)
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)


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


class ClassWeights(click.ParamType[Any]):
    """`balanced`, or a JSON object of labels and numbers."""

    name = "balanced|json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word itself, or a dictionary."""
        if not isinstance(value, str) or not value.lstrip().startswith("{"):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            self.fail(f'{value!r} is not JSON such as {{"yes": 3}}: {error}', param, ctx)


class Known(click.ParamType[Any]):
    """A name of a list that is loaded only to complete it; the recipe itself refuses others, with near names."""

    def __init__(self, name: str, known: Callable[[], Iterable[str]]) -> None:
        self.name, self.known = name, known

    def shell_complete(
        self, _ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """The known names that begin so."""
        return [click.shell_completion.CompletionItem(name) for name in self.known() if name.startswith(incomplete)]


class Recipes(Known):
    """The name of a recipe, or a TOML file."""

    def __init__(self) -> None:
        super().__init__("name|file.toml", recipe_names)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """The names that begin so; else files."""
        files = click.shell_completion.CompletionItem(incomplete, type="file")
        return super().shell_complete(ctx, param, incomplete) or [files]


def tasks() -> Iterable[str]:
    """The names of tasks."""
    return ("auto", "classification", "regression")


def activations() -> Iterable[str]:
    """The names of activations."""
    from ffnn.networks.activations import ACTIVATIONS

    return ACTIVATIONS


def initializers() -> Iterable[str]:
    """The names of initializers."""
    from ffnn.networks.initializers import INITIALIZERS

    return INITIALIZERS


def losses() -> Iterable[str]:
    """The names of losses."""
    from ffnn.networks.losses import LOSSES

    return LOSSES


def choices(constant: str) -> Callable[[], Iterable[str]]:
    """The names in a constant of the module of the recipe."""

    def load() -> Iterable[str]:
        from ffnn.recipes import recipe

        return tuple(getattr(recipe, constant))

    return load


def recipe_names() -> Iterable[str]:
    """The names of recipes."""
    from ffnn.recipes.catalogue import RECIPES

    return RECIPES


NUMBER, WHOLE = click.FLOAT, click.INT

RECIPE: tuple[tuple[str, Any, str], ...] = (
    ("--hidden", Widths(), "Neurons of each hidden layer, or none.  [default: 3 layers of 256, or 128]"),
    ("--activation", Known("name", activations), "Of hidden layers.  [default: selu for classes, mish for numbers]"),
    ("--restarts", WHOLE, "Networks trained side by side.  [default: 8]"),
    ("--keep", Known("average|best", choices("KEEPS")), "Average all restarts, or keep the best.  [default: average]"),
    ("--epochs", WHOLE, "Passes over the training rows, at most.  [default: by the number of rows, 32 to 256]"),
    ("--patience", WHOLE, "Epochs without a better validation before a restart stops.  [default: it never does]"),
    ("--batch-size", WHOLE, "Rows for one step.  [default: by the number of rows, 64 to 256]"),
    ("--optimizer", Known("name", choices("OPTIMIZERS")), "Or sgd, adam, rmsprop, adagrad, lion.  [default: adamw]"),
    ("--learning-rate", NUMBER, "Size of a step.  [default: 0.04 for classes, 0.2 for numbers]"),
    ("--schedule", Known("name", choices("FINAL_RATES")), "Or constant, cosine, exponential.  [default: cycles]"),
    ("--final-rate", NUMBER, "Share of the rate left at the end.  [default: 0 for cosine, 0.01 for exponential]"),
    ("--warmup", NUMBER, "Share of the steps over which the rate rises from 0.  [default: 0]"),
    ("--momentum", NUMBER, "Share of the last step that sgd repeats.  [default: 0]"),
    ("--nesterov/--no-nesterov", None, "Let sgd with momentum look ahead."),
    ("--beta-2", NUMBER, "What adam and adamw remember of squared gradients.  [default: 0.95]"),
    ("--weight-decay", NUMBER, "Share of a kernel that adamw and lion take off, times the rate.  [default: 0.02]"),
    ("--l1", NUMBER, "Penalty on the sum of the kernels' absolute weights.  [default: 0]"),
    ("--l2", NUMBER, "Penalty on the sum of the kernels' squared weights.  [default: 0]"),
    ("--clip-norm", NUMBER, "Largest norm of a step's gradients.  [default: none]"),
    ("--dropout", NUMBER, "Share of hidden values that training zeroes.  [default: 0.15]"),
    ("--fade/--no-fade", None, "Let dropout and weight decay fade over the second half.  [default: yes]"),
    ("--layer-norm/--no-layer-norm", None, "Normalise after each hidden layer."),
    ("--parametrization", Known("standard|tangent", choices("PARAMETRIZATIONS")), "Of layers.  [default: tangent]"),
    ("--embedding", WHOLE, "Numbers learned for each level of a category of more than 64.  [default: 8]"),
    ("--periodic/--no-periodic", None, "Let each number enter as cosines of it too.  [default: yes]"),
    ("--frequency", NUMBER, "Of the fastest of those cosines.  [default: tried on the rows]"),
    ("--input-scale/--no-input-scale", None, "Give each input a factor that is learned.  [default: yes]"),
    ("--kernel-initializer", Known("name", initializers), "Initial weights of standard layers.  [default: Glorot]"),
    ("--loss", Known("name", losses), "Loss function.  [default: cross_entropy, or mean_squared_error]"),
    ("--label-smoothing", NUMBER, "Share of a class target that is spread over all classes.  [default: 0.1]"),
    ("--calibrate/--no-calibrate", None, "Make probabilities as sure as they were right, out of fold.  [default: yes]"),
    ("--clip-outputs/--no-clip-outputs", None, "Keep predicted numbers within the training range.  [default: yes]"),
    ("--class-weight", ClassWeights(), "Weights of the classes: balanced, or JSON such as '{\"yes\": 3}'."),
    ("--scaling", Known("name", choices("SCALINGS")), "Of numbers: standard, robust or quantile.  [default: robust]"),
    ("--whitening", Known("name", choices("WHITENINGS")), "Of all numbers together: pca or zca.  [default: none]"),
    ("--refit/--no-refit", None, "Train again on all rows, for the epochs found."),
)  # fmt: skip
"""Option, type (None for a switch) and help of each choice of a recipe."""


def recipe_options(command: Command) -> Command:
    """Give a command an option for each choice of a recipe; None where the user says nothing."""
    for name, kind, help_text in reversed(RECIPE):
        option = click.option(name, default=None, help=help_text, **({} if kind is None else {"type": kind}))
        command = option(command)
    return command


def chosen_of(choices: dict[str, Any]) -> dict[str, Any]:
    """Those choices of a recipe that the user made, by name; all of them are taken out of `choices`."""
    names = (name.partition("/")[0].removeprefix("--").replace("-", "_") for name, _, _ in RECIPE)
    given = {name: choices.pop(name) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def option_names(ctx: click.Context | None) -> list[str]:
    """All options of a command, as they are written."""
    parameters = ctx.command.params if ctx else []
    return [name for option in parameters for name in (*option.opts, *option.secondary_opts) if name.startswith("--")]


def column_names(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """For tab completion of --target and its like: the columns of the table that the line already names."""
    from ffnn.errors import FeedforwardError
    from ffnn.tables.formats import reading

    for given in (*(ctx.params.get("data") or ()), *ctx.args):
        try:
            return [name for name in reading.read(given).columns if name.startswith(incomplete)]
        except FeedforwardError:  # a model, or what is not there
            continue
    return []

"""The command line's options that are more than a word and a line of help: the recipe's choices, lists, kinds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_args

import click

from ffnn.errors import either
from ffnn.recipes import choices
from ffnn.recipes.choices import Choice, Group, Name, Number, Switch, Whole
from ffnn.recipes.recipe import CHOICES

Command = TypeVar("Command", bound=Callable[..., Any])


SECTIONS = {
    "--target": "Table and target",
    "--delimiter": "Reading",
    "--recipe": "Recipe",
    "--time-limit": "Run",
    "--quiet": "Output",
}
"""The heading that stands above an option in the help of `train`; a choice of a recipe stands under its group."""


class InSections(click.Command):
    """A command with so many options that its help has headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, a heading above each that `SECTIONS` names."""
        sections: dict[str, list[tuple[str, str]]] = {}
        heading = "Options"
        for param in self.get_params(ctx):
            heading = next((SECTIONS[name] for name in param.opts if name in SECTIONS), heading)
            if isinstance(param, ChoiceOption):
                heading = f"Recipe: {param.choice.group.lower()}"
            if isinstance(param, click.Option) and (record := param.get_help_record(ctx)):
                sections.setdefault(heading, []).append(record)
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class ChoiceOption(click.Option):
    """The option of a recipe's choice: its help and its default are made of the declaration when they are shown."""

    def __init__(self, declarations: list[str], *, choice: Choice, **settings: Any) -> None:
        super().__init__(declarations, **settings)
        self.choice = choice

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option as it is written, and what it is."""
        from ffnn.recipes import catalogue, explaining  # bring NumPy, for the names of activations

        self.help = explaining.explain(self.choice, catalogue.find())
        return super().get_help_record(ctx)


class TypeOption(click.Option):
    """The option of a column's type: its help names the types that there are when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option as it is written, and what it is."""
        from ffnn.tables.columns.cells import KINDS  # bring Polars
        from ffnn.tables.notations.finding import HOW

        written = [f"{kind}:{how}" for kind, ways in HOW.items() for how in ways]
        self.help = (
            f"Type of a column, where the inferred one is wrong: {either(KINDS)}; where its cells can be read in "
            f"several ways, {either(written)}."
        )
        return super().get_help_record(ctx)


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
        if not (equals and kind):
            self.fail(f"{value!r} is not of the form NAME=TYPE", param, ctx)
        return name, kind


class ClassWeights(click.ParamType[Any]):
    """`balanced`, or a JSON object of labels and numbers, such as '{"yes": 3}'."""

    name = "class weights"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word itself, or a dictionary."""
        if not isinstance(value, str) or not value.lstrip().startswith("{"):
            return value
        try:
            return json.loads(value, object_pairs_hook=once)
        except (ValueError, RecursionError) as error:
            self.fail(f'{value[:60]!r} is not JSON such as {{"yes": 3}}: {error}', param, ctx)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, each name of which may be given once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it names a class twice")
    return found


class Known(click.ParamType[Any]):
    """A name of a list that is loaded only to complete it; the recipe itself refuses others, with near names."""

    name = "name"

    def __init__(self, known: Callable[[], Iterable[str]]) -> None:
        self.known = known

    def shell_complete(
        self, _ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """The known names that begin so."""
        return [click.shell_completion.CompletionItem(name) for name in self.known() if name.startswith(incomplete)]


class Recipes(Known):
    """The name of a recipe, or a TOML file."""

    def __init__(self) -> None:
        super().__init__(recipe_names)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """The names that begin so; else files."""
        files = click.shell_completion.CompletionItem(incomplete, type="file")
        return super().shell_complete(ctx, param, incomplete) or [files]


def tasks() -> Iterable[str]:
    """The names of tasks."""
    return ("auto", "classification", "regression")


def recipe_names() -> Iterable[str]:
    """The names of recipes."""
    from ffnn.recipes.catalogue import RECIPES

    return RECIPES


def recipe_options(command: Command) -> Command:
    """Give a command an option for each choice of a recipe, group by group; None where the user says nothing."""
    grouped = [choice for group in get_args(Group) for choice in CHOICES.values() if choice.group == group]
    for choice in reversed(grouped):
        command = click.option(option_of(choice), cls=ChoiceOption, choice=choice, default=None, **taken(choice))(
            command
        )
    return command


def option_of(choice: Choice) -> str:
    """A choice as an option: --learning-rate, or --fade/--no-fade."""
    name = choice.name.replace("_", "-")
    return f"--{name}/--no-{name}" if isinstance(choice.kind, Switch) else f"--{name}"


def taken(choice: Choice) -> dict[str, Any]:
    """Type and placeholder of a choice's option."""
    match choice.kind:
        case Switch():
            return {}
        case Whole():
            return {"type": click.INT, "metavar": "N"}
        case Number():
            return {"type": click.FLOAT, "metavar": "NUMBER"}
        case Name():
            return {"type": Known(lambda: choice.names), "metavar": "NAME"}
        case choices.Widths():
            return {"type": Widths(), "metavar": "N[,N...]|none"}
        case choices.ClassWeights():
            return {"type": ClassWeights(), "metavar": "balanced|JSON"}
        case kind:
            raise TypeError(f"no option takes {kind}")


def chosen_of(given: dict[str, Any]) -> dict[str, Any]:
    """Those choices of a recipe that the user made, by name; all of them are taken out of `given`."""
    all_choices = {name: given.pop(name) for name in CHOICES}
    return {name: value for name, value in all_choices.items() if value is not None}


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
            return [name for name in reading.table_of(given).columns if name.startswith(incomplete)]
        except FeedforwardError:  # a model, or what is not there
            continue
    return []

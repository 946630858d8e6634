"""Arguments and options that several verbs share."""

from __future__ import annotations

import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from ffnn.advice import Advice
from ffnn.cli.options import Command, Declaration, Known, TypeOption, column_names, tasks
from ffnn.tables.dialect import Dialect

data_argument = click.argument("data", metavar="TABLE...", type=click.Path(), nargs=-1, required=True)
column_option = click.option(
    "--column",
    "columns",
    cls=TypeOption,
    type=Declaration(),
    multiple=True,
    shell_complete=column_names,
    metavar="NAME=TYPE",
)
task_option = click.option(
    "--task",
    type=Known(tasks),
    metavar="NAME",
    default="auto",
    show_default=True,
    help="Task: auto, classification or regression.",
)
strict_option = click.option("--strict", is_flag=True, help="Refuse a table that differs from the training table.")


def reading_options(command: Command) -> Command:
    """Give a command an option for each thing that can be said of how a table is read."""
    for each in reversed(fields(Dialect)):
        kind = {"header_row": int, "skip_rows": int}.get(each.name, str)
        taken: dict[str, Any] = {"type": kind, "metavar": each.metadata["shown"], "multiple": each.name == "missing"}
        command = click.option(
            f"--{each.name.replace('_', '-')}",
            help=each.metadata["about"],
            default=None,
            **({"is_flag": True} if each.name == "no_header" else taken),
        )(command)
    return command


def dialect_of(given: dict[str, Any]) -> Dialect:
    """What the user said of how a table is read; all of it is taken out of `given`."""
    taken = {each.name: given.pop(each.name) for each in fields(Dialect)}
    return Dialect.of(**{name: value for name, value in taken.items() if value is not False and value != ()})


def in_shell(advice: Advice) -> str:
    """Advice as the shell takes it."""
    value = "=".join(advice.value) if advice.choice == "columns" else str(advice.value)
    flag = {"columns": "--column"}.get(advice.choice, f"--{advice.choice.replace('_', '-')}")
    return f"{flag} {quoted(value)}"


def quoted(text: str) -> str:
    """A text as bash and zsh take it: signs that no line can show are escaped."""
    if text.isprintable():
        return shlex.quote(text)
    escaped = {"\\": "\\\\", "'": "\\'"}
    signs = (
        escaped.get(sign, sign) if sign.isprintable() else "".join(f"\\x{byte:02x}" for byte in sign.encode())
        for sign in text
    )
    return f"$'{''.join(signs)}'"


def source(data: tuple[str, ...]) -> str | tuple[str, ...]:
    """One file, glob or -, or several files."""
    return data[0] if len(data) == 1 else data


def stem(data: tuple[str, ...]) -> str:
    """The name of a model of that data: its first file's, without folders, endings and signs that form a glob."""
    name = Path(data[0]).name.partition(".")[0].strip("*?[]-_ ")
    return name or "model"


def same_file(one: Path, other: str) -> bool:
    """Whether both exist and are one file; `-` and patterns are none."""
    return one.exists() and Path(other).exists() and one.samefile(other)

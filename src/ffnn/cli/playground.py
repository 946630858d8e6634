"""`playground`: a page on which one watches a network learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ffnn.cli.arguments import dialect_of, reading_options, source
from ffnn.cli.options import column_names
from ffnn.errors import ChoiceError
from ffnn.learning.compile_cache import use_compile_cache
from ffnn.web.address import PORT


@click.command(
    epilog="""\b
Examples:
  ffnn playground
  ffnn playground iris.csv --target species
  ffnn playground --port 9000 --no-browser
  ffnn playground --host 0.0.0.0 --token "$TOKEN"
"""
)
@click.argument("data", metavar="[TABLE]...", type=click.Path(), nargs=-1)
@click.option(
    "--target",
    shell_complete=column_names,
    metavar="COLUMN",
    show_default="the last column",
    help="Column of TABLE to predict.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="NUMBER",
    show_default=f"{PORT}, or any free one if that is taken",
    help="Port to listen on; 0 for any free one.",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; one that others can reach needs --token.",
)
@click.option("--token", metavar="TEXT", show_default="a random one", help="Access token of at least 16 characters.")
@reading_options
@click.option("--no-browser", is_flag=True, help="Print the address of the page, but open no browser.")
def playground(
    data: tuple[str, ...], target: str | None, port: int | None, host: str, token: str | None, no_browser: bool,
    **said: Any,
) -> None:  # fmt: skip
    """Watch every number of a network as it learns.

    Opens a page in the browser, where a network learns points in a plane, or TABLE, which is read as by train. Prints
    the address of the page: treat it like a password. Ctrl-C ends the server.
    """
    from ffnn.playground.web import launch

    launch.check_access(host, token)
    if target is not None and not data:
        raise ChoiceError("--target names a column of a table; name the table too")
    table, dialect = None, dialect_of(said)
    if dialect.given and not data:
        raise ChoiceError("how a table is read is said of a table; name the table too")
    if data:
        from ffnn.tables.formats import reading

        read = reading.read_as(source(data), dialect, names=() if target is None else (target,))
        table = launch.opened(read, Path(data[0]).name, target)
    use_compile_cache()
    launch.launch(host, port, token, browser=not no_browser, table=table)

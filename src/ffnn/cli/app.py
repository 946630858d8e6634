"""The group of all verbs, and how a command ends: its exit code, and one sentence for what went wrong."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

import click

from ffnn import __version__, streams
from ffnn.advice import Advice, sentence
from ffnn.cli.arguments import in_shell
from ffnn.cli.look import look
from ffnn.cli.options import option_names
from ffnn.cli.playground import playground
from ffnn.cli.show import show
from ffnn.cli.train import train
from ffnn.cli.tricks import tricks
from ffnn.cli.use import compare, evaluate, predict
from ffnn.errors import FeedforwardError, near

EXIT_DONE, EXIT_DEFECT, EXIT_INPUT, EXIT_INTERRUPTED = 0, 1, 2, 130

EXAMPLES = """\b
Examples:
  ffnn look adult.csv --target income
  ffnn train adult.csv --target income
  ffnn train houses.parquet --target price --hidden 128,128 -o houses.safetensors
  ffnn predict adult.safetensors new.csv -o predictions.csv
  ffnn evaluate adult.safetensors labelled.csv
  ffnn show adult.safetensors
  ffnn compare small.safetensors large.safetensors fresh.csv
  ffnn tricks adult.csv --target income
  ffnn playground
"""


class Verbs(click.Group):
    """Commands that offer near names for a mistyped one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that the first argument names."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            ctx.fail(f"there is no command {args[0]!r}; {near(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=EXAMPLES,
)
@click.version_option(__version__, prog_name="ffnn")
def app() -> None:
    """Feedforward neural networks: train one on a table, understand one, put one to work."""


for verb in (look, train, predict, evaluate, compare, show, tricks, playground):
    app.add_command(verb)


def main() -> None:
    """Run the command line; see `EXIT_…` for the exit codes."""
    streams.prepare()
    code = run(sys.argv[1:])
    os._exit(code)  # every file is closed by now; taking JAX down in order would take a quarter of a second


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; what goes wrong is one sentence on standard error."""
    try:
        try:
            app(arguments, prog_name="ffnn", standalone_mode=False)
        except click.exceptions.NoArgsIsHelpError as error:
            print(error.format_message())
        finally:
            sys.stdout.flush()  # here, where a full disk or a reader that has gone is still heard
    except click.NoSuchOption as error:
        return complain(f"there is no option {error.option_name!r}; {near(error.option_name, option_names(error.ctx))}")
    except click.MissingParameter as error:
        return complain(missing(error))
    except click.ClickException as error:
        return complain(error.format_message())
    except FeedforwardError as error:
        return complain(sentence(error.text, [each for each in error.advice if takes(arguments, each)], in_shell))
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
        complain("this is a defect of ffnn, not of your input; please report the lines above")
        return EXIT_DEFECT
    return EXIT_DONE


def missing(error: click.MissingParameter) -> str:
    """What a command lacks, as a sentence."""
    if error.ctx is None or error.param is None:
        return error.format_message()
    option = isinstance(error.param, click.Option)
    name = error.param.opts[0] if option else error.param.human_readable_name.removesuffix("...")
    return f"{error.ctx.info_name} needs {name}; see {error.ctx.command_path} --help"


def takes(arguments: list[str], advice: Advice) -> bool:
    """Whether the verb of a command has the option that is advised."""
    verb = app.commands.get(next(iter(arguments), ""))
    return verb is not None and in_shell(advice).split()[0] in [name for each in verb.params for name in each.opts]


def complain(sentence: str) -> int:
    """One line on standard error; the exit code for wrong input."""
    from ffnn.console.terminal import printable

    streams.say(f"ffnn: {printable(sentence)}")
    return EXIT_INPUT

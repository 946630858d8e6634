"""Write what is made of the declarations of choices: `python tools/reference.py`.

The page docs/choices.md, and the names and types of choices for editors and type checkers, which read a module and do
not run it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from ffnn.recipes import choices, explaining
from ffnn.recipes.catalogue import RECIPES
from ffnn.recipes.choices import Among, Choice, Group, Name, Search
from ffnn.recipes.recipe import CHOICES

ROOT = Path(__file__).parents[1]

PAGE, TYPES = ROOT / "docs" / "choices.md", ROOT / "src" / "ffnn" / "recipes" / "given.py"

WIDTH = 120
"""Characters of a line of source."""

INTRODUCTION = """\
# The choices of a training run

Written by `make docs` from the declarations in `ffnn.recipes.recipe`.

A choice has one name everywhere: `ffnn.train(table, "y", dropout=0.2)`, `FeedforwardClassifier(dropout=0.2)`,
`ffnn.Recipe(dropout=0.2)`, `dropout = 0.2` in a recipe's TOML file, and `--dropout 0.2` on the command line, where `_`
is written `-`, and yes or no is `--fade` or `--no-fade`. None, where a choice may be that, is said in Python; a TOML
file and the command line leave the choice out, and `--hidden none` means no hidden layers. The recipe `default` is
used where no other is named; `plain` is what the lecture teaches. The last column is the range that a hyper-parameter
search is to try.
"""


def page() -> str:
    """The page on which every choice is explained."""
    parts = [INTRODUCTION]
    for group in get_args(Group):
        lines = [f"## {group}", "", "| choice | what it is | may be | `plain` | `default` | searched |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [row(choice) for choice in CHOICES.values() if choice.group == group]
        parts.append("\n".join([*lines, ""]))
    return "\n".join(parts)


def row(choice: Choice) -> str:
    """A choice as a row of its group's table."""
    said = f"{explaining.with_names(choice)} {choice.more}".strip()
    usual = [explaining.usual(choice, RECIPES[name], explaining.in_words) for name in ("plain", "default")]
    cells = [f"`{choice.name}`", said, allowed(choice), *usual, searched(choice.search)]
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def allowed(choice: Choice) -> str:
    """What a choice may be, and what None stands for."""
    kind = {
        choices.Switch: "yes or no",
        choices.Whole: "whole number",
        choices.Number: "number",
        choices.Name: "name",
        choices.Widths: "list of whole numbers",
        choices.ClassWeights: "`balanced`, or numbers by label",
    }[type(choice.kind)]
    ranged = f"{kind}, `{choice.kind.range}`" if choice.kind.range else kind
    return f"{ranged}; none: {choice.none}" if choice.none else ranged


def searched(space: Search | None) -> str:
    """How a choice is searched."""
    if space is None:
        return ""
    if isinstance(space, Among):
        return "; ".join(map(explaining.in_words, space.values))
    return f"{space.low:g} to {space.high:g}" + ", logarithmic" * space.log


def types() -> str:
    """The module of the choices' names and types."""
    literals = {name: alias(name) for name, each in CHOICES.items() if closed(each.kind)}
    lines = [
        '"""The choices of a recipe as keywords, for editors and type checkers. Written by `make docs`."""',
        "",
        "from __future__ import annotations",
        "",
        "from collections.abc import Mapping, Sequence",
        "from dataclasses import dataclass",
        "from typing import Any, Literal, TypeAlias, TypedDict",
        "",
        *(line for name, title in literals.items() for line in literal(title, CHOICES[name].names)),
        "",
        "",
        "class Choices(TypedDict, total=False):",
        '    """Choices in place of a recipe\'s own, as `ffnn.train` takes them."""',
        "",
        *(f"    {name}: {annotation(each, literals, label='str')}" for name, each in CHOICES.items()),
        "",
        "",
        "@dataclass(kw_only=True, eq=False, repr=False)",
        "class Overrides:",
        '    """Choices in place of a recipe\'s own, as estimators hold them; None for the recipe\'s."""',
        "",
        *(f"    {name}: {annotation(each, literals, none=True)} = None" for name, each in CHOICES.items()),
    ]
    return "\n".join([*lines, ""])


def closed(kind: Any) -> bool:
    """Whether a choice is one of a few names that hold no number."""
    return isinstance(kind, Name) and kind.parse is None


def alias(name: str) -> str:
    """The name of a choice's type: KernelInitializer."""
    return "".join(word.title() for word in name.split("_"))


def literal(title: str, names: Iterable[str]) -> list[str]:
    """The type of one of some names, laid out as ruff does."""
    quoted = [f'"{name}"' for name in names]
    line = f"{title}: TypeAlias = Literal[{', '.join(quoted)}]"
    if len(line) <= WIDTH:
        return [line]
    inner = f"    {', '.join(quoted)}"
    return [
        f"{title}: TypeAlias = Literal[",
        *([inner] if len(inner) <= WIDTH else [f"    {each}," for each in quoted]),
        "]",
    ]


def annotation(choice: Choice, literals: dict[str, str], *, none: bool = False, label: str = "Any") -> str:
    """The type of a choice; None is one where it may be, or `none` says so; a class's label has the type `label`."""
    plain = {
        choices.Switch: "bool",
        choices.Whole: "int",
        choices.Number: "float",
        choices.Name: literals.get(choice.name, "str"),
        choices.Widths: "int | Sequence[int]",
        choices.ClassWeights: f'Literal["balanced"] | Mapping[{label}, float]',
    }[type(choice.kind)]
    return f"{plain} | None" if none or choice.none else plain


if __name__ == "__main__":
    for file, text in ((PAGE, page()), (TYPES, types())):
        file.write_text(text)
        print(f"wrote {file}")

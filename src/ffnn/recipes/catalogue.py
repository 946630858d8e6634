"""Recipes by name or from a TOML file, each choice of which may be overridden; and a recipe as a TOML file."""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import textwrap
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ffnn.errors import RecipeError, near
from ffnn.recipes import explaining
from ffnn.recipes.recipe import CHOICES, DECAYING, Recipe

DEFAULT = Recipe(
    hidden=None,
    activation=None,
    parametrization="tangent",
    embedding=8,
    periodic=True,
    input_scale=True,
    dropout=0.15,
    restarts=None,
    epochs=None,
    patience=None,
    optimizer="adamw",
    learning_rate=None,
    schedule="cycles",
    beta_2=0.95,
    weight_decay=0.02,
    fade=True,
    label_smoothing=None,
    calibrate=True,
    clip_outputs=True,
    scaling="robust",
)

RECIPES = {
    "plain": Recipe(),  # what the lecture teaches; stays as it is
    "default": DEFAULT,
    "fast": dataclasses.replace(DEFAULT, hidden=(128, 128, 128), epochs=32),
}
"""Every recipe by name. The default one follows Holzmüller, Grinsztajn and Steinwart 2024, "Better by default", where
no table of ours said otherwise; `fast` is the same with half the width, in a third of the time."""

ENDING = ".toml"

ELSEWHERE = {
    "lr": "learning_rate",
    "learning_rate_init": "learning_rate",
    "random_state": "seed",
    "max_iter": "epochs",
    "n_iter_no_change": "patience",
    "tol": "patience",
    "hidden_layer_sizes": "hidden",
    "solver": "optimizer",
    "alpha": "l2",
    "nesterovs_momentum": "nesterov",
    "power_t": "schedule",
}
"""What other libraries call some arguments of `train`."""


def find(given: Recipe | str | os.PathLike[str] | None = None, **choices: Any) -> Recipe:
    """The recipe that is meant, with some choices overridden.

    Args:
        given: A recipe, the name of one, or a TOML file of choices (`name.toml`) that override the default recipe, or
            the one that its `base` names; None for the default recipe.
        choices: Attributes of `Recipe`. Every one that is given counts, None too where it is a choice.

    Raises:
        RecipeError: There is no such recipe or file, or a choice is unknown, of the wrong type, or without effect.

    Example:
        >>> find("plain", hidden=(64, 64), epochs=50).hidden
        (64, 64)
    """
    recipe = given if isinstance(given, Recipe) else find_named("default" if given is None else given)
    found = overruled(recipe, choices)
    if choices.get("activation") is not None and found.hidden == ():
        raise RecipeError("activation is for hidden layers, and there are none")
    return found


def known_to(function: Callable[..., Any], choices: Mapping[str, Any]) -> dict[str, Any]:
    """The choices that were given to a function next to its own arguments.

    Raises:
        TypeError: A name is neither an argument nor a choice, as Python says of any keyword that is not known.
    """
    for name in choices:
        if name not in CHOICES:
            arguments = [*inspect.signature(function).parameters][:-1]
            meant = ELSEWHERE.get(name, name)
            raise TypeError(f"{function.__name__}() takes no {name!r}; {near(meant, (*arguments, *CHOICES))}")
    return dict(choices)


def find_named(given: str | os.PathLike[str]) -> Recipe:
    """The recipe of that name, or in that TOML file."""
    if not isinstance(given, str | os.PathLike):
        raise RecipeError(f"a recipe is given as a Recipe, a name or a {ENDING} file; got {given!r}")
    name = os.fspath(given)
    if name in RECIPES:
        return RECIPES[name]
    if not name.endswith(ENDING):
        raise RecipeError(f"there is no recipe {name!r}; {near(name, RECIPES)} (a file's name ends in {ENDING})")
    try:
        return from_toml(Path(name).read_bytes())
    except OSError as error:
        raise RecipeError(f"recipe file {name} cannot be read: {error.strerror or error}") from error
    except RecipeError as error:
        raise RecipeError(f"recipe file {name}: {error}") from error


def from_toml(content: bytes) -> Recipe:
    """The recipe that a TOML file's content describes."""
    try:
        choices = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, or nested without end
        raise RecipeError(f"this is not valid TOML: {error}") from error
    base = choices.pop("base", "default")
    if not isinstance(base, str) or base not in RECIPES:
        raise RecipeError(f"base: there is no recipe {base!r}; {near(base, RECIPES)}")
    return overruled(
        RECIPES[base], {name: tuple(value) if isinstance(value, list) else value for name, value in choices.items()}
    )


def overruled(recipe: Recipe, choices: dict[str, Any]) -> Recipe:
    """A recipe with some choices in place of its own."""
    for name in choices:
        if name not in CHOICES:
            raise RecipeError(f"there is no choice {name!r} in a recipe; {near(name, CHOICES)}")
    choices = {name: CHOICES[name].check(value) for name, value in choices.items()}
    return dataclasses.replace(recipe, **{**given_up(recipe, choices), **choices})


HANGING: tuple[tuple[tuple[str, ...], Callable[[Mapping[str, Any]], bool]], ...] = (
    (("dropout", "layer_norm"), lambda new: new["hidden"] == ()),
    (("weight_decay",), lambda new: new["optimizer"] not in DECAYING),
    (("beta_2",), lambda new: new["optimizer"] not in ("adam", "adamw")),
    (("momentum", "nesterov"), lambda new: new["optimizer"] != "sgd"),
    (("frequency",), lambda new: not new["periodic"]),
    (("final_rate",), lambda new: new["schedule"] in ("constant", "cycles")),
    (("warmup",), lambda new: new["schedule"] == "cycles"),
    (("keep",), lambda new: new["restarts"] == 1),
    (("fade",), lambda new: not (new["dropout"] or new["weight_decay"])),
)
"""Choices that hang on others, and when they cannot stay: `Recipe` refuses them there."""


def given_up(recipe: Recipe, choices: dict[str, Any]) -> dict[str, Any]:
    """What of a recipe cannot stay next to these choices, back at what it is in a plain one."""
    plain, new, dropped = vars(Recipe()), {**vars(recipe), **choices}, {}
    if "kernel_initializer" in choices:
        dropped["parametrization"] = plain["parametrization"]
    for names, cannot_stay in HANGING:
        if cannot_stay({**new, **dropped}):
            dropped |= {name: plain[name] for name in names if name not in choices}
    return dropped


def to_toml(recipe: Recipe) -> str:
    """A recipe as a TOML file's text, which `find` reads back. A choice that is None is a comment: TOML has no None."""
    base = next(name for name, of in RECIPES.items() if all(getattr(of, choice) is None for choice in open_in(recipe)))
    lines = [f"base = {format_toml(base)}"]
    for name, choice in CHOICES.items():
        value = getattr(recipe, name)
        none = "" if value is not None else f"none: {explaining.usual(choice, recipe, format_toml)}"
        facts = "; ".join(filter(None, [choice.kind.range, none]))
        said = f"{explaining.with_names(choice)} [{facts}]" if facts else explaining.with_names(choice)
        lines += ["", *textwrap.wrap(said, 100, initial_indent="# ", subsequent_indent="# ")]
        lines += [f"# {name}: none" if value is None else f"{name} = {format_toml(value)}"]
    return "\n".join([*lines, ""])


def open_in(recipe: Recipe) -> list[str]:
    """The choices that are None."""
    return [name for name in CHOICES if getattr(recipe, name) is None]


def format_toml(value: Any) -> str:
    """A choice as TOML; a text as JSON writes it, but for the one control character that JSON leaves as it is."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{format_toml(key)} = {format_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(format_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

"""The lecture's tricks for improving network training, each as variants of one setting, and the pieces of a recipe.

A setting is everything that a trick may switch. The first variant that equals the plain setting is what the others of
its trick are held against. Source: lecture, "Tricks for improving network training".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal, TypeAlias

from ffnn.errors import RecipeError
from ffnn.recipes.recipe import Recipe
from ffnn.tables.targets import Task

Entry = Literal["encoded", "raw", "numbered"]
"""How columns enter: as `ffnn train` encodes them; numbers in their own units; categories as level numbers."""

STARTS = 8
"""Starts whose mean is held against a single one."""

NOT_TRIED = ("restarts", "keep", "refit")
"""Choices of how many networks there are, and on which rows they end: here as many and as few as a variant says."""

Settle: TypeAlias = Callable[[Recipe], Recipe]
"""Chooses what a recipe leaves to the table."""


@dataclass(frozen=True)
class Setting:
    """Everything that a trick may switch.

    Attributes:
        recipe: The choices of the training run; every network is one start.
        entry: How columns enter.
        squared: Whether classes are learned by squared error on one-hot targets.
        starts: Networks whose mean predicts.
    """

    recipe: Recipe
    entry: Entry = "encoded"
    squared: bool = False
    starts: int = 1


@dataclass(frozen=True)
class Variant:
    """A setting under its name."""

    name: str
    setting: Setting


@dataclass(frozen=True)
class Trick:
    """What is switched in one place.

    Attributes:
        name: In a word or two.
        about: One sentence for somebody who has not met it.
        variants: All of them, the plain one too.
    """

    name: str
    about: str
    variants: tuple[Variant, ...]


INITIALIZERS = {
    "zeros": "zeros",
    "too small": "normal(0.0001)",
    "too large": "normal(1)",
    "Glorot": "glorot_uniform",
    "He": "he_uniform",
}

ACTIVATIONS = {"sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu"}

NORMALISED = "normalised inputs"
WEIGHTS = "initial weights"
BENT = "activation"
ONE_HOT = "one-hot categories"
LOSS = "loss of classes"
SEVERAL = "several starts"
PIECES = "pieces of the default recipe"

ABOUT = {
    NORMALISED: "Numbers enter with mean 0 and deviation 1, so that one learning rate suits every weight; raw, each "
    "enters in its own unit.",
    WEIGHTS: "Weights start at random, so that neurons come to differ, and of a size at which signals neither fade nor "
    "explode from layer to layer.",
    BENT: "What bends each neuron's sum: sigmoid and tanh are flat far from 0, where learning stalls; ReLU is not on "
    "its positive side.",
    ONE_HOT: "A category has no order, so each level gets an input of its own; as one input of level numbers it would "
    "have one.",
    LOSS: "Softmax with cross-entropy learns probabilities and makes a sure mistake costly; squared error takes the "
    "one-hot targets for numbers.",
    SEVERAL: "Every start ends in another network; the mean of their predictions is mostly better than one of them.",
    PIECES: "What the recipe `default` changes, each piece alone on top of plain (with what it cannot stand without), "
    "then all together.",
}
"""Each trick in a sentence, for somebody who has not met it."""


def tricks(
    plain: Recipe, default: Recipe, task: Task, settle: Settle, *, numbers: bool, levels: bool
) -> tuple[Trick, ...]:
    """Every trick that this table can show.

    Args:
        plain: The recipe that everything is held against.
        default: The recipe whose pieces are tried one by one.
        task: Squared error is for classes alone.
        settle: Chooses what a recipe leaves to the table.
        numbers: Whether an input column holds numbers or dates.
        levels: Whether a category has a level number that says less than its inputs do.
    """
    base = Setting(plain)
    found = {
        NORMALISED: [Variant("raw", replace(base, entry="raw")), Variant("normalised", base)] if numbers else [],
        WEIGHTS: [switched(base, name, kernel_initializer=value) for name, value in INITIALIZERS.items()],
        BENT: [switched(base, name, activation=value) for name, value in ACTIVATIONS.items()],
        ONE_HOT: [Variant("level numbers", replace(base, entry="numbered")), Variant("one-hot", base)]
        if levels
        else [],
        LOSS: [Variant("squared error", replace(base, squared=True)), Variant("softmax + cross-entropy", base)],
        SEVERAL: [Variant("one start", base), Variant(f"mean of {STARTS} starts", replace(base, starts=STARTS))],
        PIECES: [Variant("plain", base), *variants_of_pieces(base, default, settle)],
    }
    if task == "regression":
        del found[LOSS]
    return tuple(Trick(name, ABOUT[name], tuple(each)) for name, each in found.items() if len(each) > 1)


def switched(base: Setting, name: str, **choices: Any) -> Variant:
    """A setting with other choices in its recipe."""
    return Variant(name, replace(base, recipe=replace(base.recipe, **choices)))


def variants_of_pieces(base: Setting, default: Recipe, settle: Settle) -> list[Variant]:
    """Each piece of the default recipe on top of the plain one; then all of it, of one start and of several."""
    all_of_it = single(default)
    changes = changed(base.recipe, all_of_it)
    if not changes:
        return []
    one_by_one = []
    for choices in pieces(base.recipe, changes, settle):
        recipe = replace(base.recipe, **choices)
        found = {name: getattr(settle(recipe), name) for name in choices}
        one_by_one.append(Variant(describe_choices(found), replace(base, recipe=recipe)))
    whole = replace(base, recipe=all_of_it)
    several = Variant(f"all of default, {STARTS} starts", replace(whole, starts=STARTS))
    return [*one_by_one, Variant("all of default", whole), several]


def single(recipe: Recipe) -> Recipe:
    """A recipe as one start of it is trained: the choices that are `NOT_TRIED` are those of a new recipe."""
    new = Recipe()
    there = [field.name for field in dataclasses.fields(Recipe)]
    return replace(recipe, **{name: getattr(new, name) for name in NOT_TRIED if name in there})


def changed(plain: Recipe, other: Recipe) -> dict[str, Any]:
    """The choices in which another recipe differs, by name."""
    names = [field.name for field in dataclasses.fields(Recipe)]
    return {name: getattr(other, name) for name in names if getattr(other, name) != getattr(plain, name)}


def pieces(plain: Recipe, changes: Mapping[str, Any], settle: Settle) -> list[dict[str, Any]]:
    """Each change alone, or where a recipe refuses that, with the fewest others that it stands with.

    At the worst these are all others. A choice left to the table that then is what the plain recipe has is no piece; it
    goes with those beside which it is another. The same set is never given twice.
    """
    left = [name for name, value in changes.items() if value is None]
    idle = [name for name in left if not changes_alone(plain, name, settle)]
    found: list[dict[str, Any]] = []
    for name in changes:
        piece = smallest(plain, changes, name)
        if piece is None or set(piece) <= set(idle):
            continue
        fuller = {**piece, **dict.fromkeys(idle)}
        if accepted(plain, fuller):
            usual, beside = vars(settle(plain)), vars(settle(replace(plain, **fuller)))
            moved = [other for other in idle if beside[other] != usual[other]]
            piece = {each: changes[each] for each in changes if each in piece or each in moved}
        if piece not in found:
            found.append(piece)
    return found


def changes_alone(plain: Recipe, name: str, settle: Settle) -> bool:
    """Whether a choice that is left to the table is then another than the plain recipe's."""
    left: dict[str, Any] = {name: None}
    return bool(getattr(settle(replace(plain, **left)), name) != getattr(settle(plain), name))


def smallest(plain: Recipe, changes: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The smallest set of changes around one of them that a recipe takes; None if there is none."""
    others = [other for other in changes if other != name]
    for size in (0, 1, 2, len(others)):
        for partners in combinations(others, min(size, len(others))):
            choices = {each: changes[each] for each in changes if each in (name, *partners)}
            if accepted(plain, choices):
                return choices
    return None


def accepted(plain: Recipe, choices: Mapping[str, Any]) -> bool:
    """Whether a recipe takes these choices in place of its own."""
    try:
        replace(plain, **choices)
    except RecipeError:
        return False
    return True


def describe_choices(choices: Mapping[str, Any]) -> str:
    """Choices as a name: `dropout 0.15 + fade`."""
    return " + ".join(map(describe_choice, choices, choices.values()))


def describe_choice(name: str, value: Any) -> str:
    """One choice: its name alone where it is switched on, else with its value."""
    name = name.replace("_", " ")
    if value is True:
        return name
    if value is None or value is False:
        return f"no {name}"
    if isinstance(value, tuple):
        return f"{name} {','.join(map(str, value)) or 'none'}"
    return f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"

"""Where each name of the vocabulary stands: module, or module:name in it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, NoReturn

from ffnn.errors import near


def listed(module: str, names: str) -> dict[str, str]:
    """Names that stand in a module under the same name."""
    return {name: f"{module}:{name}" for name in names.split()}


PLACES = {
    **listed("dtypes", "float32 float64 int32 int64 uint8 as_dtype DType TensorShape"),
    "bool": "dtypes:bool_",
    "double": "dtypes:float64",
    **listed("tensors", "Tensor constant"),
    "convert_to_tensor": "arrays:as_tensor",
    **listed("variables", "Variable"),
    **listed("gradients", "GradientTape UnconnectedGradients"),
    "function": "functions:function",
    **listed("control", "cond while_loop"),
    **listed(
        "arrays",
        "broadcast_to concat expand_dims eye fill linspace ones ones_like pad range rank reshape reverse shape size "
        "split squeeze stack tile transpose unstack zeros zeros_like",
    ),
    **listed("indexing", "boolean_mask gather newaxis one_hot"),
    "print": "arrays:print_tensors",
    **listed(
        "mathematics",
        "abs add add_n argmax argmin cast clip_by_value cos cumsum divide equal exp floor greater greater_equal "
        "identity less less_equal logical_and logical_not logical_or matmul maximum minimum multiply negative norm "
        "not_equal pow "
        "reduce_all reduce_any reduce_max reduce_mean reduce_min reduce_prod reduce_sum reduce_logsumexp round sigmoid "
        "sign sin sqrt square squared_difference stop_gradient subtract tan tanh where",
    ),
    **{module: module for module in ("math", "linalg", "nn", "random", "errors", "keras", "dtypes")},
    "BroadcastWarning": "errors:BroadcastWarning",
}
"""`tf.name` → where it stands."""


def snake_case(name: str) -> str:
    """The name of a class as Keras writes it: DenseLayer is dense_layer."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def fetch_when_used(module: str, places: Mapping[str, str]) -> None:
    """Let a module fetch the names of a table when they are first used, list these alone, and refuse any other.

    Args:
        module: Its `__name__`.
        places: Where each name stands, as in `PLACES`, seen from the module's package.
    """
    names = vars(sys.modules[module])

    def fetch(name: str) -> Any:
        if name not in places:
            raise missing(module, name, places)
        place, _, attribute = places[name].partition(":")
        found = import_module(f"{names['__package__']}.{place}")
        names[name] = getattr(found, attribute) if attribute else found
        return names[name]

    names.update(__getattr__=fetch, __dir__=lambda: sorted(places), __all__=sorted(places))


def refuse_other_names(module: str, called: str | None = None) -> None:
    """Let a module list its `__all__` alone, and refuse any other name.

    Set here and not written as a `__getattr__` of its own, by which type checkers would believe every name.

    Args:
        module: Its `__name__`.
        called: What the user calls it, where that is not where it stands.
    """
    names = vars(sys.modules[module])

    def refuse(name: str) -> NoReturn:
        raise missing(called or module, name, names["__all__"])

    names.update(__getattr__=refuse, __dir__=lambda: sorted(names["__all__"]))


def missing(module: str, name: str, known: Iterable[str]) -> AttributeError:
    """The error for a name that is not there, with the nearest that is."""
    names = sorted({name for name in known if not name.startswith("_")})
    shown = near(name, names)
    if shown.startswith("known"):
        shown = "it has " + ", ".join(names)
    return AttributeError(f"{module.removeprefix('ffnn.')} has no {name!r}: {shown}", name=name)

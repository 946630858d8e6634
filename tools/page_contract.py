"""What server and page agree on, written for the page: `make contract` writes static/contract.gen.js from Python."""

from __future__ import annotations

import inspect
import json
import re
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from jaxtyping import AbstractArray

from ffnn.playground import commands, data, look, messages, problems, settings
from ffnn.playground.settings import Settings
from ffnn.playground.web import server, visit
from ffnn.tables.formats import compressed, reading

PLACE = Path(__file__).parents[1] / "src" / "ffnn" / "playground" / "static" / "contract.gen.js"

HEADERS = [
    Settings, messages.Rows, messages.TableColumn, messages.TableHeader, messages.Figures, messages.Sides,
    messages.Followed, messages.Refusal,
]  # fmt: skip
"""Objects that are described alone, or within others."""

MESSAGES = {
    "Scene": (messages.SceneHeader, messages.SceneArrays),
    "Frame": (messages.FrameHeader, messages.FrameArrays),
}
"""Messages of a header and arrays, which the page sees as one object."""

CONSTANTS: dict[str, Any] = {
    "DEFAULTS": msgspec.to_builtins(Settings()),
    "DATASETS": settings.DATASETS,
    "FEATURES": {name: shown for name, (shown, _) in problems.FEATURES.items()},
    "POINTS": data.POINTS,
    "MOST_LAYERS": settings.MOST_LAYERS,
    "WIDEST": settings.WIDEST,
    "MOST_DRAWN": settings.MOST_DRAWN,
    "FARTHEST_DRAWN": settings.FARTHEST_DRAWN,
    "MOST_CLASSES": settings.MOST_CLASSES,
    "LONGEST_NAME": settings.LONGEST_NAME,
    "LARGEST_WEIGHT": commands.LARGEST_WEIGHT,
    "FARTHEST_PLACE": commands.FARTHEST_PLACE,
    "PROBED_ROWS": look.ROWS,
    "LARGEST_TABLE": server.LARGEST_TABLE,
    "TABLE_ENDINGS": [*reading.ENDINGS, *compressed.OPENERS],
    "REPLACED": visit.REPLACED.code,
}
"""Values that both sides go by, by their names on the page."""

ARRAYS = {"uint8": "Uint8Array", "int32": "Int32Array", "float32": "Float32Array"}

LONG = 100
"""Characters of an object that stands on one line, at most."""

PLAIN = {int: "number", float: "number", str: "string", bool: "boolean", type(None): "null", Any: "any"}


def text() -> str:
    """The whole file."""
    hints = get_type_hints(Settings, include_extras=True)
    options = {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Literal}
    ranges = {name: found for name, hint in hints.items() if (found := range_of(hint))}
    constants = {"OPTIONS": options, "RANGES": ranges, "WHOLE": whole(hints), **CONSTANTS}
    parts = [
        "/** What server and page agree on. Written by `make contract` from the server's code: change it there. */",
        *(typedef(each.__name__, [each]) for each in HEADERS),
        *(typedef(name, parts) for name, parts in MESSAGES.items()),
        comment([f"@typedef {{{' | '.join(map(command, get_args(commands.AnyCommand)))}}} Command"]),
        comment([f"@typedef {{{union(messages.FILES)}}} FileName  a file to take along"]),
        comment([f"@typedef {{{union(problems.FEATURES)}}} Feature  what of a point can enter the network"]),
        comment([f"@typedef {{{union(options)}}} Chosen  a setting that is chosen from a list"]),
        comment([f"@typedef {{{union(ranges)}}} Numbered  a setting that is a number"]),
        *(f"{kind_of(name)}export const {name} = {script(value)};" for name, value in constants.items()),
    ]
    return "\n\n".join(parts) + "\n"


def typedef(name: str, parts: Iterable[Any]) -> str:
    """A type of the page, of one class or of a header and its arrays."""
    header, *arrays = parts
    lines = [f"@typedef {{object}} {name}  {summary(header)}"]
    for part in (header, *arrays):
        lines += [f"@property {{{kind}}} {shown}  {about}" for kind, shown, about in properties(part)]
    if arrays:
        lines.append("@property {Record<string, number[]>} shapes  of the arrays, by name")
    return comment(lines)


def properties(part: Any) -> Iterator[tuple[str, str, str]]:
    """Type, name and meaning of each of a class's fields; a name that may be absent stands in brackets."""
    about = meanings(part)
    if tag := getattr(part, "__struct_config__", None) and part.__struct_config__.tag:
        yield f'"{tag}"', part.__struct_config__.tag_field, "what it is"
    for name, hint in get_type_hints(part, include_extras=True).items():
        kinds = [each for each in get_args(hint) if each is not type(None)]
        if array := next((each for each in [hint, *kinds] if is_array(each)), None):
            dimensions = ", ".join(array.dim_str.split())
            yield ARRAYS[array.dtypes[0]], f"[{name}]" if kinds else name, f"[{dimensions}] {about[name]}"
        else:
            absent = getattr(part.__struct_config__, "omit_defaults", False)
            yield script_type(hint), f"[{name}]" if absent else name, about[name]


def command(part: Any) -> str:
    """The type of a command."""
    fields = {field.name: field for field in msgspec.structs.fields(part)}
    parts = [
        f"{name}{'' if fields[name].required else '?'}: {script_type(hint)}"
        for name, hint in get_type_hints(part, include_extras=True).items()
    ]
    return "{" + ", ".join([f'do: "{part.__struct_config__.tag}"', *parts]) + "}"


def script_type(hint: Any) -> str:
    """A type in the words of TypeScript."""
    origin, inner = get_origin(hint), get_args(hint)
    if hasattr(hint, "__metadata__"):
        return script_type(hint.__origin__)
    if origin is Literal:
        return union(inner)
    if origin in (Union, types.UnionType):
        return " | ".join(map(script_type, inner))
    if origin is dict:
        return f"Record<string, {script_type(inner[1])}>"
    if origin is tuple and inner[-1] is not Ellipsis:
        return f"[{', '.join(map(script_type, inner))}]"
    if origin is tuple:
        kind = script_type(inner[0])
        return f"({kind})[]" if " | " in kind else f"{kind}[]"
    return PLAIN.get(hint) or str(hint.__name__)


def union(values: Any) -> str:
    """One of some words."""
    return " | ".join(f'"{value}"' for value in values)


def is_array(hint: Any) -> bool:
    """Whether a type is that of an array."""
    return inspect.isclass(hint) and issubclass(hint, AbstractArray)


def range_of(hint: Any) -> tuple[float, float] | None:
    """The least and the greatest value of a number; None for what is no number."""
    hint = next((each for each in get_args(hint) if hasattr(each, "__metadata__")), hint)
    meta = hint.__metadata__[0] if hasattr(hint, "__metadata__") else None
    if meta is None or meta.ge is None:
        return None
    return meta.ge, meta.le if meta.lt is None else meta.lt - 1


def whole(hints: dict[str, Any]) -> list[str]:
    """The settings that are whole numbers."""
    return [name for name, hint in hints.items() if range_of(hint) and "float" not in str(hint)]


def kind_of(name: str) -> str:
    """The comment that gives a constant its type, where its value alone is too narrow or too wide."""
    kinds = {
        "DEFAULTS": "Readonly<Settings>",
        "OPTIONS": "{[Name in Chosen]: Settings[Name][]}",
        "RANGES": "Record<Numbered, [number, number]>",
        "WHOLE": "string[]",
        "DATASETS": 'Record<Settings["problem"], Settings["dataset"][]>',
        "FEATURES": "Record<Feature, string>",
    }
    return f"/** @type {{{kinds[name]}}} */\n" if name in kinds else ""


def script(value: Any) -> str:
    """A value as a literal; of an object that is long, each part on a line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict) or len(line) < LONG:
        return line
    return "{\n" + "".join(f"  {json.dumps(name)}: {script(part)},\n" for name, part in value.items()) + "}"


def summary(part: Any) -> str:
    """The first line of a class's docstring."""
    return inspect.getdoc(part).partition("\n")[0]  # type: ignore[union-attr]


def meanings(part: Any) -> dict[str, str]:
    """What a class's docstring says of each of its attributes."""
    _, _, attributes = (inspect.getdoc(part) or "").partition("Attributes:\n")
    found = re.findall(r"^    (\w+): (.+(?:\n     +.+)*)", attributes, re.MULTILINE)
    return {name: re.sub(r"\s+", " ", about) for name, about in found}


def comment(lines: list[str]) -> str:
    """A comment of some lines."""
    return "\n".join(["/**", *(f" * {line}" for line in lines), " */"])


if __name__ == "__main__":
    PLACE.write_text(text())

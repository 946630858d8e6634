"""Write the stubs of modules whose names are fetched when they are first used: `python tools/stubs.py`.

Editors and type checkers do not run a module, so they read a file beside it, of the same name and the ending `.pyi`,
which imports each name of the module's table from where it stands.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

TABLES = {"ffnn": "ffnn", "ffnn.tf": "ffnn.tf.names", "ffnn.tf.keras": "ffnn.tf.keras", "ffnn.tf.math": "ffnn.tf.math"}
"""Module → module in which its table `PLACES` stands."""


def stub(module: str) -> tuple[Path, str]:
    """The file of a module's stub, and what it says."""
    loaded = import_module(module)
    places: dict[str, str] = import_module(TABLES[module]).PLACES
    imports = sorted(f"from {standing(place, str(loaded.__package__))} as {name}" for name, place in places.items())
    title = f'"""The names of `{module}`, for editors and type checkers. Written by `make stubs`."""'
    public = ["__all__ = [", *(f'    "{name}",' for name in sorted(places)), "]"]
    version = ["", "__version__: str"] if hasattr(loaded, "__version__") else []
    return file_of(loaded), "\n".join([title, "", *imports, "", *public, *version, ""])


def standing(place: str, package: str) -> str:
    """What a place is to an import: "module import name"."""
    source, _, attribute = place.partition(":")
    return f"{package}.{source} import {attribute}" if attribute else f"{package} import {source}"


def file_of(module: ModuleType) -> Path:
    """The file of its stub."""
    return Path(str(module.__file__)).with_suffix(".pyi")


if __name__ == "__main__":
    for module in TABLES:
        file, text = stub(module)
        file.write_text(text)
        print(f"wrote {file}")

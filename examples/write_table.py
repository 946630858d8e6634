"""Write a real table that ships inside scikit-learn as CSV: python examples/write_table.py FILE.csv.

Breast cancer, Wisconsin (diagnostic): 569 rows, 30 numbers measured on images of cell nuclei, two classes.
"""

from __future__ import annotations

import sys

import polars as pl
from sklearn.datasets import load_breast_cancer


def main(path: str) -> None:
    """Write the table, its classes by name."""
    data = load_breast_cancer()
    table = pl.DataFrame(data.data, schema=[str(name).replace(" ", "_") for name in data.feature_names])
    table.with_columns(diagnosis=pl.Series([str(data.target_names[code]) for code in data.target])).write_csv(path)


if __name__ == "__main__":
    main(sys.argv[1])

from __future__ import annotations

import io

import numpy as np
import pytest

import ffnn
from ffnn.errors import TableError

X, Y = np.array([[1.5, np.nan], [3, 4]]), np.array(["u", "v"])


def saved(folder, name: str, *arrays, **named):
    if name.endswith(".npy"):
        np.save(folder / name, *arrays)
    else:
        np.savez_compressed(folder / name, *arrays, **named)
    return folder / name


def test_an_array_is_a_table_as_in_memory(tmp_path):
    assert ffnn.read(saved(tmp_path, "t.npy", X)).table.equals(ffnn.read(X).table)
    fields = np.array([(1, "x"), (2, "y")], dtype=[("a", int), ("b", "U1")])
    assert ffnn.read(saved(tmp_path, "t.npy", fields)).table.equals(ffnn.read(fields).table)
    assert ffnn.read(saved(tmp_path, "t.npy", np.array([[b"x", b"y"]]))).table.rows() == [("x", "y")]


def test_several_arrays_are_the_columns_of_a_table(tmp_path):
    table = ffnn.read(saved(tmp_path, "t.npz", X=X, y=Y)).table
    assert table.to_dict(as_series=False) == {"X0": [1.5, 3.0], "X1": [None, 4.0], "y": ["u", "v"]}
    assert ffnn.read(saved(tmp_path, "t.npz", X=X)).table.columns == ["x0", "x1"]
    apart = saved(tmp_path, "t.npz", train=X, test=X[:1])
    with pytest.raises(TableError, match=r"no columns of one table: 'train' of \(2, 2\), 'test' of \(1, 2\)") as caught:
        ffnn.read(apart)
    assert str(caught.value).endswith("choose one, as in ffnn.read(…, sheet='train')")
    assert ffnn.read(apart, sheet="test").table.height == 1
    with pytest.raises(TableError, match="has no array 'other'; it has 'train', 'test'"):
        ffnn.read(apart, sheet="other")


class Loaded:
    def __reduce__(self):
        return pytest.fail, ("something was unpickled",)


@pytest.mark.parametrize("name", ["t.npy", "t.npz"])
def test_nothing_is_ever_unpickled(tmp_path, name):
    path = saved(tmp_path, name, np.array([Loaded()], dtype=object))
    with pytest.raises(TableError, match="holds Python objects, which are never loaded"):
        ffnn.read(path)


@pytest.mark.parametrize("name", ["t.npy", "t.npz"])
def test_damaged_files_are_told(tmp_path, name):
    path = saved(tmp_path, name, X)
    content = path.read_bytes()
    generator = np.random.default_rng(0)
    for cut in generator.integers(8, len(content), 30):
        path.write_bytes(content[:cut])
        with pytest.raises(TableError):
            ffnn.read(path)
    out = io.BytesIO()
    np.save(out, np.zeros(3))
    path.write_bytes(out.getvalue())
    with pytest.raises(
        TableError, match=r"of shape \(3,\)|cannot be read as a npz table: its content is a NumPy array"
    ):
        ffnn.read(path)


def test_arrays_expand_to_so_much_and_no_more(tmp_path, monkeypatch):
    path = saved(tmp_path, "t.npz", np.zeros((10_000, 10)))
    monkeypatch.setattr("ffnn.tables.formats.compressed.LARGEST_EXPANSION", 100_000)
    with pytest.raises(TableError, match="expands to more than"):
        ffnn.read(path)

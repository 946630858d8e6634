from __future__ import annotations

import errno
import hashlib
import json
import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import safetensors
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from ffnn import Recipe, load, train
from ffnn.errors import ModelFileError
from ffnn.models import container
from ffnn.models.model import Model
from ffnn.tables.targets import ClassTarget

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        | st.lists(st.text(max_size=5), min_size=60, max_size=70)
    ),
    max_leaves=10,
)
SHA256 = re.compile(rb'(\\"sha256\\":\\")[0-9a-f]{64}')


@pytest.fixture(scope="module")
def table():
    generator = np.random.default_rng(0)
    size = generator.normal(size=120)
    colour = generator.choice(["red", "green", "blue"], 120)
    return pl.DataFrame({"size": size, "colour": colour, "y": np.where(size + (colour == "red") > 0, "up", "down")})


@pytest.fixture(scope="module")
def model(table):
    return train(table, "y", recipe=Recipe(hidden=(8,), restarts=2, epochs=5))


@pytest.fixture(scope="module")
def raw(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "model.safetensors"
    model.save(path)
    return path.read_bytes()


@pytest.fixture
def path(raw, tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(raw)
    return path


def header_of(raw):
    size = int.from_bytes(raw[:8], "little")
    return json.loads(raw[8 : 8 + size]), raw[8 + size :]


def sealed(raw):
    """The same file with the digest that belongs to it."""
    zeros = SHA256.sub(lambda found: found[1] + b"0" * 64, raw)
    digest = hashlib.sha256(zeros).hexdigest().encode()
    return SHA256.sub(lambda found: found[1] + digest, raw)


def with_header(header, data):
    text = json.dumps(header, separators=(",", ":")).encode()
    return sealed(len(text).to_bytes(8, "little") + text + data)


def with_contents(raw, change):
    """A whole file by safetensors itself, its digest right, whose document and tensors are changed."""
    header, _ = header_of(raw)
    document, tensors = json.loads(header["__metadata__"]["ffnn"]), safetensors.numpy.load(raw)
    change(document, tensors)
    text = json.dumps(document, separators=(",", ":"))
    return sealed(safetensors.numpy.save(tensors, {"ffnn": text}))


def refused(path, content, message=""):
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=message or "model|damaged") as caught:
        load(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_the_forger_of_these_tests_forges_files_that_load(path, raw, table, model):
    for content in (sealed(raw), with_header(*header_of(raw)), with_contents(raw, lambda document, tensors: None)):
        path.write_bytes(content)
        np.testing.assert_array_equal(load(path).predict_proba(table), model.predict_proba(table))


def test_what_is_loaded_predicts_the_same(path, table, model):
    loaded = load(path)
    np.testing.assert_array_equal(loaded.predict(table), model.predict(table))
    np.testing.assert_array_equal(loaded.predict_proba(table), model.predict_proba(table))


def test_labels_that_are_booleans_stay_so(tmp_path, table, model):
    path = tmp_path / "model.safetensors"
    replace(model, target=ClassTarget("y", (False, True))).save(path)
    loaded = load(path)
    assert loaded.target.labels == (False, True)
    assert loaded.predict(table).tolist() == (model.predict(table) == "up").tolist()
    assert loaded.predictions(table).columns == ["prediction", "probability_false", "probability_true"]
    assert loaded.predictions(table)["prediction"].dtype == pl.Boolean


def test_what_is_loaded_is_what_was_saved(path, model):
    loaded = load(path)
    for part in ("schema", "encoder", "target", "network", "recipe", "scores"):
        assert getattr(loaded, part) == getattr(model, part)
    for name, array in vars(model.history).items():
        np.testing.assert_array_equal(getattr(loaded.history, name), array)


def test_any_reader_of_safetensors_opens_the_file(path, model):
    with safetensors.safe_open(path, "np") as file:
        assert list(file.metadata()) == ["ffnn"]
        document = json.loads(file.metadata()["ffnn"])
        kernel = file.get_tensor("parameters/1/kernel")
        assert set(file.keys()) == {
            "fingerprints",
            *(f"history/{name}" for name in ("restarts", "best_epoch", "loss", "score", "diverged")),
            *(f"parameters/{layer}/{name}" for layer in (1, 2) for name in ("kernel", "bias")),
        }
    assert document["format"] == 5
    assert [column["name"] for column in document["columns"]] == ["size", "colour"]
    np.testing.assert_array_equal(kernel, model.parameters[1]["kernel"])


def test_the_digest_is_that_of_the_file_with_zeros_in_its_place(raw):
    digest = json.loads(header_of(raw)[0]["__metadata__"]["ffnn"])["sha256"]
    assert raw.count(digest.encode()) == 1
    assert hashlib.sha256(raw.replace(digest.encode(), b"0" * 64)).hexdigest() == digest


def test_every_byte_belongs_to_the_header_or_a_tensor(raw):
    header, data = header_of(raw)
    offsets = sorted(entry["data_offsets"] for name, entry in header.items() if name != "__metadata__")
    assert [start for start, _ in offsets] == [0, *(end for _, end in offsets[:-1])]
    assert offsets[-1][1] == len(data)


def test_nothing_is_pickled(monkeypatch, tmp_path, model):
    for name in ("dump", "dumps", "load", "loads", "Pickler", "Unpickler"):
        monkeypatch.setattr(pickle, name, None)
    model.save(tmp_path / "model.safetensors")
    load(tmp_path / "model.safetensors")


def test_a_model_saved_again_has_the_same_bytes(path, raw, tmp_path, model):
    for again in (model, load(path)):
        again.save(tmp_path / "again.safetensors")
        assert (tmp_path / "again.safetensors").read_bytes() == raw


def test_the_order_of_names_does_not_change_the_bytes():
    document, tensors = {"b": {"d": 1, "c": 2}, "a": 3}, {"y": np.zeros(2), "x": np.ones(3)}
    turned = {"a": 3, "b": {"c": 2, "d": 1}}, dict(reversed(tensors.items()))
    assert container.to_bytes(document, tensors) == container.to_bytes(*turned)


@pytest.mark.parametrize("turn", [np.asfortranarray, lambda array: array.T, lambda array: array[::-1, ::2]])
def test_arrays_come_back_however_they_lie_in_memory(turn):
    array = turn(np.arange(12.0).reshape(3, 4))
    np.testing.assert_array_equal(container.from_bytes(container.to_bytes({}, {"x": array}))[1]["x"], array)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_process_of_its_own_saves_the_same_bytes(path, raw, tmp_path, seed):
    again = tmp_path / "again.safetensors"
    program = "import sys, ffnn; ffnn.load(sys.argv[1]).save(sys.argv[2])"
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run([sys.executable, "-c", program, path, again], check=True, env=environment)
    assert again.read_bytes() == raw


def test_loading_and_predicting_import_neither_jax_nor_optax(path, tmp_path, table):
    table.write_csv(tmp_path / "table.csv")
    program = (
        "import sys, ffnn; model = ffnn.load(sys.argv[1]); "
        "model.predict(sys.argv[2]); model.predict_proba(sys.argv[2]); model.evaluate(sys.argv[2]); "
        "print({'jax', 'jaxlib', 'optax', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path, tmp_path / "table.csv"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_documents_come_back(document):
    document = {f"a{name}": value for name, value in document.items()}
    tensors = {"x": np.arange(6, dtype=np.float32).reshape(2, 3)}
    returned, arrays = container.from_bytes(container.to_bytes(document, tensors))
    assert {name: value for name, value in returned.items() if name not in ("format", "sha256")} == document
    assert list(arrays) == ["x"]
    np.testing.assert_array_equal(arrays["x"], tensors["x"])


def test_long_tables_of_labels_are_tensors(tmp_path):
    path = tmp_path / "model.safetensors"
    document = {"target": {"labels": [f"étiquette {number}" for number in range(100)]}, "short": ["a"] * 64}
    container.write(path, document, {})
    with safetensors.safe_open(path, "np") as file:
        text = file.metadata()["ffnn"]
        lifted = [json.loads(file.get_tensor(name).tobytes()) for name in file.keys()]  # noqa: SIM118
    assert lifted == [document["target"]["labels"]]
    assert "étiquette" not in json.loads(text)["target"]
    assert json.loads(text)["short"] == document["short"]
    returned, tensors = container.read(path)
    assert (returned["target"], returned["short"], tensors) == (document["target"], document["short"], {})


def test_every_flipped_bit_of_the_header_is_found(raw):
    header = 8 + int.from_bytes(raw[:8], "little")
    for bit in range(8 * header):
        content = bytearray(raw)
        content[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ModelFileError):
            container.from_bytes(bytes(content))


def test_flipped_bits_of_the_tensors_are_found(path, raw):
    header = 8 + int.from_bytes(raw[:8], "little")
    for bit in np.random.default_rng(0).integers(8 * header, 8 * len(raw), 500):
        content = bytearray(raw)
        content[bit // 8] ^= 1 << int(bit % 8)
        refused(path, bytes(content), "SHA-256")


def test_truncated_files_are_found(path, raw):
    for length in sorted({*range(100), *range(0, len(raw), 37), *range(len(raw) - 100, len(raw))}):
        refused(path, raw[:length])


def test_bytes_at_the_end_are_found(path, raw):
    for extra in (b"\0", b"{}", raw):
        refused(path, raw + extra)
        refused(path, sealed(raw + extra))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"age,income\n1,2\n",
        b"\x02" + bytes(7) + b"{}",
        b"\xff" * 8 + b"{}",
        b"\x03" + bytes(7) + b"[1]",
        b"\x02" + bytes(7) + b"\xff{",
        pickle.dumps({"a": 1}),
        safetensors.numpy.save({"x": np.zeros(3)}),
        safetensors.numpy.save({"x": np.zeros(3)}, {"format": "pt"}),
        safetensors.numpy.save({}, {"ffnn": "[]"}),
        safetensors.numpy.save({}, {"ffnn": "{"}),
        safetensors.numpy.save({}, {"ffnn": "{}"}),
    ],
)
def test_foreign_files_are_refused(tmp_path, content):
    refused(tmp_path / "model.safetensors", content)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path):
    for path in (tmp_path / "absent.safetensors", tmp_path):
        with pytest.raises(ModelFileError, match=f"^the model file {re.escape(str(path))} cannot be read: .*directory"):
            load(path)


def test_a_newer_format_is_refused_by_its_number(path, raw):
    refused(
        path,
        with_contents(raw, lambda document, _: document.update(format=6)),
        r"newer ffnn \(format 6;.*; update it$",
    )


OLD = Path(__file__).parent / "models"
"""One file of each format that was ever written, its rows, and what the program that wrote it predicted; the rows of
format 4 and later are the same, but written as people write them."""


@pytest.mark.parametrize("number", range(1, container.FORMAT + 1))
def test_files_of_every_format_are_read_and_predict_what_they_did(number):
    model = load(OLD / f"format_{number}.safetensors")
    predicted = model.predict_proba(OLD / ("rows.csv" if number < 4 else "rows_4.csv"))
    expected = np.loadtxt(OLD / f"format_{number}.csv", delimiter=",")
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=1e-15)
    assert model.origin == "train"
    assert model.scores["rows"] == {"train": 96, "test": 24}


def test_rows_that_trained_are_recognised_by_a_file_that_keeps_them_and_by_no_older_one():
    found = []
    load(OLD / "format_5.safetensors").evaluate(OLD / "rows_4.csv", tell=found.extend)
    assert [(each.count, each.rows) for each in found] == [(96, 120)]
    load(OLD / "format_4.safetensors").evaluate(OLD / "rows_4.csv", tell=found.remove)  # never called


@pytest.mark.parametrize(
    "change",
    [
        lambda document, tensors: tensors.update(fingerprints=tensors["fingerprints"].astype(np.int32)),
        lambda document, tensors: tensors.update(fingerprints=tensors["fingerprints"][:0]),
        lambda document, tensors: tensors.update(fingerprints=tensors["fingerprints"][None]),
        lambda document, tensors: tensors.pop("fingerprints"),
        lambda document, tensors: document.pop("fingerprints"),
        lambda document, tensors: document["fingerprints"].update(rows=0),
        lambda document, tensors: document["fingerprints"].update(rows="all"),
        lambda document, tensors: document["fingerprints"].update(share=2.0),
        lambda document, tensors: document["fingerprints"].pop("share"),
        lambda document, tensors: document.update(fingerprints=[1]),
    ],
)
def test_fingerprints_that_cannot_be_are_refused(path, raw, change):
    refused(path, with_contents(raw, change))


@pytest.mark.parametrize("number", [None, "2", 2.5, True, [2]])
def test_a_format_that_is_no_number_is_refused(path, raw, number):
    refused(path, with_contents(raw, lambda document, _: document.update(format=number)), "it has no format number")


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["parameters/1/kernel", "parameters/2/bias", "history/loss", "history/score"])
def test_numbers_that_are_not_finite_are_refused(path, raw, name, number):
    def change(document, tensors):
        tensors[name].flat[-1] = number

    refused(path, with_contents(raw, change), "not finite")


@pytest.mark.parametrize(
    "change",
    [
        lambda array: array[:1],
        lambda array: array[None],
        lambda array: array[:0],
        lambda array: np.float32(1),
        lambda array: array.astype(np.float64),
        lambda array: array.astype(np.float16),
        lambda array: array.astype(bool),
    ],
)
@pytest.mark.parametrize("name", ["parameters/1/kernel", "history/loss", "history/restarts", "history/best_epoch"])
def test_tensors_of_another_shape_or_type_are_refused(path, raw, name, change):
    def replace(document, tensors):
        tensors[name] = np.ascontiguousarray(change(tensors[name]))

    refused(path, with_contents(raw, replace))


@pytest.mark.parametrize("name", ["history/restarts", "history/best_epoch"])
def test_types_are_checked_where_annotations_are_not(path, raw, name):
    path.write_bytes(with_contents(raw, lambda _, tensors: tensors.update({name: tensors[name].astype(np.float64)})))
    program = "import sys, ffnn; ffnn.load(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True)
    assert "ffnn.errors.ModelFileError" in done.stderr


def test_a_kernel_with_a_column_too_few_is_refused(path, raw):
    def shorten(document, tensors):
        tensors["parameters/1/kernel"] = np.ascontiguousarray(tensors["parameters/1/kernel"][:, :-1])

    refused(path, with_contents(raw, shorten), "parameter shapes do not match the network")


@pytest.mark.parametrize("name", ["parameters/1/kernel", "history/restarts", "history/score"])
def test_an_absent_tensor_is_refused(path, raw, name):
    refused(path, with_contents(raw, lambda _, tensors: tensors.pop(name)))


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "parameters",
        "parameters/1",
        "parameters/9/kernel",
        "parameters/-1/kernel",
        "parameters/²/kernel",
        "parameters/1/kernel/2",
        "parameters/1/other",
        "parameters/0/kernel",
        f"parameters/{'9' * 5000}/kernel",
    ],
)
def test_a_tensor_that_belongs_to_nothing_is_refused(path, raw, name):
    refused(path, with_contents(raw, lambda _, tensors: tensors.update({name: np.zeros(2, np.float32)})))


@pytest.mark.parametrize(
    "entry",
    [
        {"shape": [2**62, 2]},
        {"shape": [2**63, 2**63]},
        {"shape": [10**400]},
        {"shape": [-1]},
        {"shape": "8"},
        {"shape": [1] * 10_000},
        {"data_offsets": [0, 2**63]},
        {"data_offsets": [8, 0]},
        {"data_offsets": [0]},
        {"dtype": "F13"},
        {"dtype": "BF16"},
        {"dtype": None},
    ],
)
def test_absurd_shapes_are_refused(path, raw, entry):
    header, data = header_of(raw)
    header["parameters/1/kernel"].update(entry)
    refused(path, with_header(header, data))


@pytest.mark.parametrize("units", [0, -1, 7, 10**12, 10**30, 10**400, 1.5, "8", None, [8]])
def test_layers_of_absurd_size_are_refused(path, raw, units):
    refused(path, with_contents(raw, lambda document, _: document["network"][1].update(units=units)))


@pytest.mark.parametrize("layer", [{"type": "Convolution"}, {"type": None}, {"type": []}, {}, [], "Dense", None])
def test_layers_that_are_unknown_are_refused(path, raw, layer):
    refused(path, with_contents(raw, lambda document, _: document["network"].__setitem__(1, layer)))


def test_an_unknown_layer_is_named(path, raw):
    change = with_contents(raw, lambda document, _: document["network"][1].update(type="Convolution"))
    refused(path, change, "'Convolution'")


@pytest.mark.parametrize("name", ["columns", "encoder", "target", "network", "recipe", "scores"])
@pytest.mark.parametrize(
    "value", [None, 5, "x", [], [None], [[]], {"tensor": "x"}, {"tensor": []}, {"tensor": "history/loss"}]
)
def test_parts_of_another_form_are_refused(path, raw, name, value):
    refused(path, with_contents(raw, lambda document, _: document.update({name: value})))


@pytest.mark.parametrize("name", ["columns", "encoder", "target", "network"])
@pytest.mark.parametrize(
    "value", [{}, {"type": "Dense"}, {"type": "number"}, [{"type": "number"}], [{"type": "Dense"}]]
)
def test_parts_of_another_type_are_refused(path, raw, name, value):
    refused(path, with_contents(raw, lambda document, _: document.update({name: value})))


@pytest.mark.parametrize("name", ["columns", "encoder", "target", "network", "recipe", "scores", "sha256"])
def test_an_absent_part_is_refused(path, raw, name):
    refused(path, with_contents(raw, lambda document, _: document.pop(name)))


def change_in(*path, to):
    """A change of one place in the document."""

    def change(document, tensors):
        part = document
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = to

    return change


CLASS_SCORES = {
    "rows": 1,
    "accuracy": 1.0,
    "balanced_accuracy": None,
    "log_loss": 0.5,
    "auc": None,
    "confusion": [[1, 0], [0, 0]],
}


@pytest.mark.parametrize(
    ("path_", "value"),
    [
        (("scores",), {}),
        (("scores",), {"test": CLASS_SCORES}),
        (("scores", "rows"), {}),
        (("scores", "rows"), {"train": 1}),
        (("scores", "rows"), 5),
        (("scores", "rows", "train"), -1),
        (("scores", "rows", "train"), "many"),
        (("scores", "rows", "refit"), [1]),
        (("scores", "test"), 0.5),
        (("scores", "test"), {"accuracy": 1.0}),
        (("scores", "test", "accuracy"), "good"),
        (("scores", "test", "accuracy"), None),
        (("scores", "test", "accuracy"), 2.5),
        (("scores", "test", "balanced_accuracy"), -1.0),
        (("scores", "test", "log_loss"), -0.5),
        (("scores", "test", "log_loss"), [0.5]),
        (("scores", "test", "auc"), "x"),
        (("scores", "test", "rows"), -5),
        (("scores", "test", "rows"), 10**30),
        (("scores", "test", "confusion"), None),
        (("scores", "test", "confusion"), [[1, 2]]),
        (("scores", "test", "confusion"), [[1, 2], [3]]),
        (("scores", "test", "confusion"), [[1, 2], [3, "x"]]),
        (("scores", "test", "confusion"), [[1, 2], [3, -4]]),
        (("scores", "validation", "spread"), [1]),
        (("scores", "validation", "spread"), {"accuracy": "wide"}),
        (("scores", "linear"), {"rows": 1, "rmse": 1.0, "mae": 1.0, "r2": None}),
        (("scores", "linear"), {"rows": 1, "r2": None, "targets": {"y": {}}}),
        (("scores", "another"), CLASS_SCORES),
    ],
)
def test_scores_that_are_none_are_refused(path, raw, path_, value):
    refused(path, with_contents(raw, change_in(*path_, to=value)))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999", "-1e999"])
def test_scores_that_are_not_finite_are_refused(path, raw, text):
    forged = change_in("scores", "test", "accuracy", to=0.123456789)
    header, data = header_of(with_contents(raw, forged))
    document = header["__metadata__"]["ffnn"]
    header["__metadata__"]["ffnn"] = document.replace("0.123456789", text)
    refused(path, with_header(header, data))


def test_scores_in_place_of_others_are_taken(path, raw):
    path.write_bytes(with_contents(raw, change_in("scores", "test", to=CLASS_SCORES)))
    assert load(path).scores["test"] == CLASS_SCORES


@pytest.mark.parametrize(
    ("path_", "value"),
    [
        (("encoder", 0, "deviation"), 0.0),
        (("encoder", 0, "deviation"), -1.0),
        (("encoder", 0, "mean"), None),
        (("encoder", 0, "missing"), -1),
        (("encoder", 0, "minimum"), 1e9),
        (("encoder", 1, "counts"), [1]),
        (("encoder", 1, "counts"), [1, 2, -3]),
        (("encoder", 1, "other"), -1),
        (("encoder", 1, "missing"), -1),
        (("encoder", 1, "levels"), ["red", "red", "blue"]),
        (("columns", 0, "name"), "colour"),
        (("columns", 0, "name"), "y"),
        (("target", "labels"), ["up"]),
        (("target", "labels"), []),
        (("target", "labels"), ["up", "up"]),
        (("target", "labels"), ["up", 1]),
        (("target", "labels"), [True, 1]),
        (("target", "labels"), [None, "up"]),
        (("target",), {"type": "number", "names": ["y"], "means": [0.0], "deviations": [1.0]}),
        (("target",), {"type": "number", "names": ["y", "z"], "means": [0.0], "deviations": [1.0, 1.0]}),
        (("target",), {"type": "number", "names": ["y", "y"], "means": [0.0, 0.0], "deviations": [1.0, 1.0]}),
        (("target",), {"type": "number", "names": ["y", "z"], "means": [0.0, 0.0], "deviations": [1.0, -1.0]}),
        (("target",), {"type": "number", "names": ["y", "z"], "means": [1e300, 0.0], "deviations": [1.0, 1.0]}),
        (("whitening",), "pca"),
        (("recipe", "epochs"), -5),
        (("recipe", "optimizer"), "magic"),
    ],
)
def test_statistics_that_cannot_be_are_refused(path, raw, path_, value):
    refused(path, with_contents(raw, change_in(*path_, to=value)))


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("diverged", np.zeros(1, np.int32)),
        ("diverged", np.zeros(0, np.int32)),
        ("diverged", np.zeros((2, 2), np.int32)),
        ("diverged", np.int32([0, -1])),
        ("diverged", np.zeros(2, np.int64)),
        ("restarts", np.int32([0, 2])),
        ("restarts", np.int32([-1, 0])),
        ("restarts", np.int32([1, 0])),
        ("restarts", np.int32([1, 1])),
    ],
)
def test_a_history_of_restarts_that_never_began_is_refused(path, raw, name, array):
    refused(path, with_contents(raw, lambda _, tensors: tensors.update({f"history/{name}": array})))


@pytest.mark.parametrize("seed", range(3))
def test_networks_that_overflow_give_one_sentence_or_numbers(path, raw, table, seed):
    draw = np.random.default_rng(seed)

    def explode(document, tensors):
        for name, array in tensors.items():
            if name.startswith("parameters/"):
                array[:] = draw.choice([-3e38, 3e38], array.shape)

    path.write_bytes(with_contents(raw, explode))
    far = table.with_columns(size=pl.lit(1e300))
    assert np.isfinite(load(path).outputs_for(far, lambda _: None)).all()


@pytest.fixture(scope="module")
def whitened(table, tmp_path_factory):
    path = tmp_path_factory.mktemp("whitened") / "model.safetensors"
    rows = table.with_columns(width=pl.col("size") ** 2)
    train(rows, "y", recipe=Recipe(hidden=(8,), restarts=2, epochs=1, whitening="pca")).save(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("mean", np.zeros(3)),
        ("mean", np.zeros((2, 1))),
        ("mean", np.zeros(2, np.int64)),
        ("mean", np.array([0.0, np.nan])),
        ("matrix", np.zeros((2, 3))),
        ("matrix", np.zeros(4)),
        ("matrix", np.zeros((0, 0))),
        ("matrix", np.full((2, 2), np.inf)),
        ("matrix", np.full((2, 2), 1e300)),
    ],
)
def test_a_whitening_of_another_shape_or_without_measure_is_refused(path, whitened, name, array):
    refused(path, with_contents(whitened, lambda _, tensors: tensors.update({f"whitening/{name}": array})))


@pytest.mark.parametrize("depth", [900, 100_000])
@pytest.mark.parametrize("sides", [("[", "]"), ('{"a":', "}")])
def test_json_nested_deeply_is_refused(path, raw, depth, sides):
    header, data = header_of(raw)
    nested = sides[0] * depth + "1" + sides[1] * depth
    text = header["__metadata__"]["ffnn"]
    header["__metadata__"]["ffnn"] = text.replace('"scores":{', f'"scores":{{"deep":{nested},', 1)
    refused(path, with_header(header, data))


@pytest.mark.parametrize("sides", [("[", "]"), ('{"a":', "}")])
def test_a_header_nested_deeply_is_refused(path, raw, sides):
    size = int.from_bytes(raw[:8], "little")
    deep = f'"deep":{{"a":{sides[0] * 100_000}1{sides[1] * 100_000}}},'.encode()
    text = raw[8:9] + deep + raw[9 : 8 + size]
    refused(path, sealed(len(text).to_bytes(8, "little") + text + raw[8 + size :]))


def test_a_failed_write_leaves_the_old_file(monkeypatch, path, raw, model):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelFileError, match=f"{re.escape(str(path))} cannot be written: No space left"):
        model.save(path)
    assert path.read_bytes() == raw
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_first_write_leaves_nothing(monkeypatch, tmp_path, model):
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("broken")))
    with pytest.raises(ModelFileError, match="broken"):
        model.save(tmp_path / "model.safetensors")
    assert not list(tmp_path.iterdir())


def test_a_model_is_not_written_into_an_absent_folder_or_over_a_folder(tmp_path, model):
    (tmp_path / "folder.safetensors").mkdir()
    for path in (tmp_path / "absent" / "model.safetensors", tmp_path / "folder.safetensors"):
        with pytest.raises(ModelFileError, match="cannot be written"):
            model.save(path)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.safetensors"]


def test_a_model_overwrites_an_older_one(tmp_path, raw, model):
    path = tmp_path / "model.safetensors"
    path.write_text("older")
    model.save(path)
    assert path.read_bytes() == raw


@pytest.fixture(scope="module")
def coded(tmp_path_factory):
    """A file of a model that embeds a category beside a number, periodic too."""
    generator = np.random.default_rng(0)
    place = generator.permutation(np.repeat(np.arange(70), 3))
    table = pl.DataFrame({"size": generator.normal(size=210), "place": [f"place {number}" for number in place]})
    table = table.with_columns(y=pl.col("size") + place)
    recipe = Recipe(hidden=(4,), restarts=2, epochs=2, embedding=3, periodic=True)
    path = tmp_path_factory.mktemp("coded") / "model.safetensors"
    train(table, "y", recipe=recipe).save(path)
    return table, path


def test_a_model_that_embeds_comes_back_and_has_the_same_bytes(coded, tmp_path):
    table, path = coded
    loaded = load(path)
    assert [type(layer).__name__ for layer in loaded.network.layers[:2]] == ["Embedding", "Periodic"]
    assert np.isfinite(loaded.predict(table)).all()
    loaded.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda document, tensors: document["network"].pop(0),
        lambda document, tensors: document["network"].insert(0, document["network"][0]),
        lambda document, tensors: document["network"].reverse(),
        lambda document, tensors: document["network"][0]["codes"].append(1),
        lambda document, tensors: document["network"][0].update(codes=[]),
        lambda document, tensors: document["network"][0].update(codes=[10**30]),
        lambda document, tensors: document["network"][0].update(size=2),
        lambda document, tensors: document["encoder"][1].update(type="category"),
        lambda document, tensors: document["encoder"][1].update(missing=1),
        lambda document, tensors: document["encoder"][1]["counts"].pop(),
        lambda document, tensors: tensors.update({"parameters/0/vector": tensors["parameters/0/vector"][:, 1:].copy()}),
        lambda document, tensors: tensors["parameters/0/vector"].fill(np.nan),
        lambda document, tensors: tensors.pop("parameters/0/vector"),
    ],
)
def test_codes_that_the_network_does_not_embed_are_refused(coded, tmp_path, change):
    refused(tmp_path / "model.safetensors", with_contents(coded[1].read_bytes(), change))


def test_a_file_of_the_old_name_is_read(tmp_path):
    path = tmp_path / "m.safetensors"
    container.write(path, {"a": [1.5]}, {"x": np.arange(3.0)})
    header, tensors = header_of(path.read_bytes())[0], safetensors.numpy.load(path.read_bytes())
    raw = sealed(safetensors.numpy.save(tensors, {"feedforward": header["__metadata__"]["ffnn"]}))
    document, read = container.from_bytes(raw)
    assert document["a"] == [1.5]
    np.testing.assert_array_equal(read["x"], np.arange(3.0))


def test_bytes_are_those_of_the_file(model, path):
    model.save(path)
    assert model.to_bytes() == path.read_bytes()
    assert Model.from_bytes(path.read_bytes()).to_bytes() == model.to_bytes()


def test_bytes_that_are_no_model_are_refused(model):
    with pytest.raises(ModelFileError, match=r"^this content is damaged"):
        Model.from_bytes(model.to_bytes()[:-1])
    with pytest.raises(ModelFileError, match=r"^this content is truncated, or not a model file"):
        Model.from_bytes(b"")


def test_a_model_without_a_record_is_read_as_it_is(model, table, path):
    bare = replace(model, origin="playground", recipe=None, history=None, scores={})
    bare.save(path)
    document, tensors = container.read(path)
    assert not {"recipe", "scores"} & document.keys()
    assert not any(name.startswith("history") for name in tensors)
    again = load(path)
    assert (again.origin, again.recipe, again.history, again.scores) == ("playground", None, None, {})
    np.testing.assert_array_equal(again.predict_proba(table), model.predict_proba(table))


@pytest.mark.parametrize("lost", ["recipe", "scores", "history"])
def test_a_trained_model_without_its_record_is_refused(path, raw, lost):
    def without(document, tensors):
        document.pop(lost, None)
        for name in [name for name in tensors if name.startswith(f"{lost}/")]:
            del tensors[name]

    refused(path, with_contents(raw, without), f"is not a valid model file: it has no '{lost}")


@pytest.mark.parametrize("lost", [{"recipe": None}, {"scores": {}}, {"history": None}])
def test_what_could_not_be_read_again_is_not_written(model, path, lost):
    model.save(path)
    before = path.read_bytes()
    with pytest.raises(ModelFileError, match="is written with its recipe, history and scores"):
        replace(model, **lost).save(path)
    assert path.read_bytes() == before


@pytest.mark.usefixtures("unchecked_types")
@pytest.mark.parametrize("change", [{"origin": "moon"}, {"scores": {"foo": 1}}, {"scores": {"rows": {"train": 1}}}])
def test_what_could_not_be_read_again_is_refused_in_a_sentence(model, change):
    with pytest.raises(ModelFileError, match="this model is not one that a file can hold: "):
        replace(model, **change).to_bytes()


def test_a_model_of_the_playground_keeps_no_record_of_training(path, raw):
    playground = change_in("origin", to="playground")
    refused(path, with_contents(raw, playground), "the recipe and the history do not match the origin")


@pytest.mark.parametrize("labels", [[2**70, 1], [2**63, -1], [2**64, 0]])
def test_labels_that_no_type_holds_are_refused(path, raw, labels):
    refused(path, with_contents(raw, lambda document, _: document["target"].update(labels=labels)), "of 64 bits")


def test_an_origin_that_there_is_not_is_refused(path, raw):
    refused(path, with_contents(raw, lambda document, _: document.update(origin="moon")), "is not a valid model file")


@pytest.mark.parametrize("layers", [[], [{"type": "Dropout", "rate": 0.5}]])
def test_a_network_without_parameters_is_refused(path, raw, layers):
    def emptied(document, tensors):
        document["network"] = layers
        for name in [name for name in tensors if name.startswith("parameters/")]:
            del tensors[name]

    refused(path, with_contents(raw, emptied), "is not a valid model file")


def test_bytes_of_any_kind_are_read(model):
    content = model.to_bytes()
    for same in (bytearray(content), memoryview(content)):
        assert Model.from_bytes(same).to_bytes() == content

from __future__ import annotations

import errno
import json
import os
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser

import jax
import jax.numpy as jnp
import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from commands import run
from ffnn import learn
from ffnn.console.terminal import console
from ffnn.errors import RecipeError, TableError
from ffnn.learning.problem import understand
from ffnn.networks.arrays import Inputs
from ffnn.recipes import catalogue as recipes
from ffnn.recipes.recipe import Recipe
from ffnn.recipes.settling import settled
from ffnn.tables.encoding.raw import numbered, unscaled
from ffnn.training import loop, restarts
from ffnn.training.optimizers import Optimizer
from ffnn.training.state import Program, Rows
from ffnn.tricks import bench as tricks_bench
from ffnn.tricks import catalogue, experiment, page, text
from ffnn.tricks.bench import Bench, shares
from ffnn.tricks.catalogue import STARTS, Setting

PLAIN = Recipe(hidden=(8,), epochs=4)
DEFAULT = replace(PLAIN, label_smoothing=0.1, calibrate=True)

EVIL = "<script>alert(1)</script>"


def table(count=300, target="label"):
    draw = np.random.default_rng(0)
    side = draw.integers(0, 2, count)
    colour = draw.choice(["red", "green", "blue"], count)
    return pl.DataFrame(
        {
            "size": 1000 + 200 * (draw.normal(size=count) + 2 * side),
            "weight": draw.normal(size=count),
            "colour": colour,
            target: np.where(side == 1, "up", "down"),
        }
    )


@pytest.fixture(scope="module", autouse=True)
def _small_recipes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(recipes.RECIPES, "plain", PLAIN)
        patch.setitem(recipes.RECIPES, "default", DEFAULT)
        yield


def bench(data=None, target="label", task="classification", seed=0):
    data = table() if data is None else data
    problem = understand(data, target, task=task)
    training, held = problem.split(0.2, seed)
    return Bench(training, held, problem.schema, task, problem.folds(training, STARTS, seed), seed)


@pytest.fixture(scope="module")
def found():
    return experiment.run(table(target=EVIL), EVIL, seeds=2)


def outcome_of(found, trick, name):
    finding = next(each for each in found.findings if each.name == trick)
    return next(each for each in finding.outcomes if each.name == name)


def settle(recipe):
    return settled(recipe, classes=True, rows=240)


def unwatched(_):
    return None


def with_initializer(name):
    return Setting(replace(PLAIN, kernel_initializer=name))


@pytest.mark.slow
def test_every_trick_is_there_with_its_variants_from_worst_to_best(found):
    assert {finding.name: {outcome.name for outcome in finding.outcomes} for finding in found.findings} == {
        "normalised inputs": {"raw", "normalised"},
        "initial weights": {"zeros", "too small", "too large", "Glorot", "He"},
        "activation": {"sigmoid", "tanh", "ReLU"},
        "one-hot categories": {"level numbers", "one-hot"},
        "loss of classes": {"squared error", "softmax + cross-entropy"},
        "several starts": {"one start", "mean of 8 starts"},
        "pieces of the default recipe": {
            "plain", "label smoothing 0.1", "calibrate", "all of default", "all of default, 8 starts",
        },
    }  # fmt: skip
    for finding in found.findings:
        errors = [outcome.scores["error"].mean for outcome in finding.outcomes]
        assert errors == sorted(errors, reverse=True)
        assert finding.about.endswith(".")
        assert [outcome.name for outcome in finding.outcomes if not outcome.switched]


@pytest.mark.slow
def test_means_and_deviations_are_those_of_the_seeds_and_differences_are_from_plain(found):
    plain = outcome_of(found, "initial weights", "Glorot").scores
    for finding in found.findings:
        for outcome in finding.outcomes:
            for measure, score in outcome.scores.items():
                assert len(score.each) == 2
                assert score.mean == pytest.approx(np.mean(score.each))
                assert score.deviation == pytest.approx(np.std(score.each, ddof=1))
                if not outcome.switched:
                    assert (score.each, score.difference, score.exceeds) == (plain[measure].each, None, None)
                    continue
                apart = score.mean - plain[measure].mean
                assert score.difference == pytest.approx(apart)
                assert score.exceeds == (apart**2 > score.deviation**2 + plain[measure].deviation ** 2)


@pytest.mark.slow
def test_the_mean_of_eight_starts_is_what_train_gives_with_the_recipe_plain(found):
    for measure, of_model in (
        ("error", lambda test: 1 - test["accuracy"]),
        ("log_loss", lambda test: test["log_loss"]),
    ):
        test = learn.train(table(target=EVIL), EVIL, recipe="plain").scores["test"]
        eight = outcome_of(found, "several starts", "mean of 8 starts").scores[measure]
        assert eight.each[0] == pytest.approx(of_model(test), abs=1e-4)


@pytest.mark.slow
def test_all_of_default_is_what_train_gives_with_the_recipe_default(found):
    eight = outcome_of(found, "pieces of the default recipe", "all of default, 8 starts").scores
    test = learn.train(table(target=EVIL), EVIL, recipe="default").scores["test"]
    assert eight["error"].each[0] == pytest.approx(1 - test["accuracy"], abs=0.02)
    assert eight["log_loss"].each[0] == pytest.approx(test["log_loss"], abs=1e-3)


def test_zero_weights_give_every_row_the_same_probabilities():
    networks = bench().train([(with_initializer("zeros"), 0), (with_initializer("glorot_uniform"), 0)], unwatched)
    zeros, glorot = (softmax(network.outputs, axis=1) for network in networks)
    np.testing.assert_allclose(zeros, np.broadcast_to(zeros[0], zeros.shape), rtol=1e-6)
    assert np.ptp(glorot[:, 0]) > 0.01


def test_equal_weights_stay_equal_so_a_wide_layer_is_no_better_than_one_neuron():
    case = bench().case(with_initializer("constant(0.1)"))
    found = restarts.train(case.ready.network, case.ready.inputs, case.ready.targets, PLAIN, loss=case.loss)
    kernel = found.parameters[1]["kernel"]
    np.testing.assert_allclose(kernel, np.broadcast_to(kernel[..., :1], kernel.shape), atol=1e-6)


@pytest.mark.slow
def test_variants_trained_together_are_what_each_is_alone():
    names = ["zeros", "normal(1)", "he_uniform"]
    at = bench()
    together = at.train([(with_initializer(name), number) for name in names for number in (0, 9)], unwatched)
    for name, pair in zip(names, (together[:2], together[2:4], together[4:]), strict=True):
        recipe = replace(PLAIN, kernel_initializer=name)
        case = bench().case(Setting(recipe))
        alone = restarts.train(
            case.ready.network, case.ready.inputs, case.ready.targets, recipe, loss="cross_entropy", folds=at.folds,
            numbers=np.int32([0, 9]),
        )  # fmt: skip
        for place, network in enumerate(pair):
            np.testing.assert_allclose(
                network.curve[: alone.validation_loss.shape[1]], alone.validation_loss[place], rtol=1e-3
            )
            hidden, output = (
                {key: np.float64(array[place]) for key, array in layer.items()} for layer in alone.parameters[1:]
            )
            logits = np.maximum(case.test.numbers @ hidden["kernel"] + hidden["bias"], 0) @ output["kernel"]
            odds = np.exp(logits + output["bias"])
            found = at.predicted(Setting(recipe), [network])
            np.testing.assert_allclose(found, odds / odds.sum(axis=1, keepdims=True), rtol=1e-3, atol=1e-5)


def test_networks_of_one_shape_are_one_run_and_of_many_runs_are_even():
    shown = catalogue.tricks(PLAIN, PLAIN, "classification", settle, numbers=True, levels=True)
    starts = experiment.starts_of(shown, 5)
    assert len(starts) == len(set(starts)) == 5 * (4 + STARTS + 5)
    parts = tricks_bench.runs(starts)
    assert sorted(start for part in parts for start in map(hash, part)) == sorted(map(hash, starts))
    assert [len(part) for part in parts] == [5, 30, 30, 5, 5, 5, 5]
    weights = {setting.recipe.kernel_initializer for setting, _ in parts[1]}
    assert weights == set(catalogue.INITIALIZERS.values())


def test_level_numbers_are_the_places_in_the_alphabet():
    cells = pl.DataFrame({"colour": ["red", None, "blue", "green", "pink"], "x": [1.0, 2, 3, 4, 5]})
    codes = numbered(cells, {"colour": ["blue", "green", "red"]})
    assert codes["colour"].to_list() == [3, None, 1, 2, None]
    assert codes["x"].to_list() == cells["x"].to_list()


def test_a_numbered_category_is_one_standardised_input():
    at = bench()
    case = at.case(Setting(PLAIN, entry="numbered"))
    codes = at.training.cells["colour"].replace_strict({"blue": 1, "green": 2, "red": 3}, return_dtype=pl.Int64)
    expected = (codes.to_numpy() - codes.mean()) / codes.std(ddof=0)
    assert case.ready.encoder.inputs == ("size", "weight", "colour")
    np.testing.assert_allclose(case.ready.inputs.numbers[:, 2], expected, rtol=1e-5)


def test_raw_numbers_are_the_numbers_of_the_table():
    at = bench()
    case = at.case(Setting(PLAIN, entry="raw"))
    np.testing.assert_allclose(case.ready.inputs.numbers[:, 0], at.training.cells["size"], rtol=1e-6)
    np.testing.assert_allclose(case.test.numbers[:, 1], at.held_out.cells["weight"], rtol=1e-5)
    plain = at.case(Setting(PLAIN))
    np.testing.assert_array_equal(case.ready.inputs.numbers[:, 2:], plain.ready.inputs.numbers[:, 2:])


def test_raw_dates_are_days_and_years():
    days = pl.date_range(pl.date(2020, 1, 1), pl.date(2021, 6, 30), eager=True)[:300]
    at = bench(table().with_columns(day=days))
    encoder = unscaled(at.case(Setting(PLAIN)).ready.encoder)
    place = encoder.inputs.index("day: days")
    begin = at.training.cells["day"].min()
    expected = [(day - begin).days for day in at.training.cells["day"]]
    np.testing.assert_allclose(encoder.encode(at.training.cells).numbers[:, place], expected, rtol=1e-5)


def test_squared_error_on_one_hot_targets_has_the_gradient_of_numpy():
    recipe = replace(PLAIN, hidden=())
    case = bench().case(Setting(recipe, squared=True))
    x, targets = case.ready.inputs.numbers.astype(np.float64), case.ready.targets
    codes = bench().case(Setting(recipe)).ready.targets
    np.testing.assert_array_equal(targets, codes[:, None] == np.arange(2))
    kernel = np.random.default_rng(0).normal(size=(x.shape[1], 2))
    parameters = ({}, {"kernel": jnp.float32(kernel), "bias": jnp.zeros(2)})
    batch = Rows(Inputs(*map(jnp.asarray, case.ready.inputs)), jnp.asarray(targets), jnp.ones(len(targets)))
    network = case.ready.network
    program = Program(network, case.loss, Optimizer.of(recipe, network), validated=False)
    gradients, _ = jax.grad(loop.batch_loss, has_aux=True)(parameters, batch, None, jnp.float32(0), program)
    expected = x.T @ (x @ kernel - targets) * 2 / targets.size
    np.testing.assert_allclose(gradients[1]["kernel"], expected, rtol=1e-4, atol=1e-5)


def test_outputs_of_squared_error_become_probabilities():
    outputs = np.array([[0.2, 0.6], [-1.0, 3.0], [-1.0, -2.0]])
    np.testing.assert_allclose(shares(outputs), [[0.25, 0.75], [0, 1], [0.5, 0.5]])


def test_pieces_that_stand_alone_are_alone_and_others_have_the_fewest_they_need():
    changes = {"dropout": 0.1, "optimizer": "sgd", "momentum": 0.9, "nesterov": True, "fade": True}
    assert catalogue.pieces(Recipe(), changes, settle) == [
        {"dropout": 0.1},
        {"optimizer": "sgd"},
        {"optimizer": "sgd", "momentum": 0.9},
        {"optimizer": "sgd", "momentum": 0.9, "nesterov": True},
        {"dropout": 0.1, "fade": True},
    ]


def test_what_is_left_to_the_table_stands_with_what_makes_it_another():
    default = Recipe(parametrization="tangent", activation=None, learning_rate=None, hidden=None, dropout=0.1)
    found = catalogue.variants_of_pieces(Setting(Recipe()), default, settle)
    assert [variant.name for variant in found[:-2]] == [
        "hidden 128,128,128",
        "activation selu + parametrization tangent + learning rate 0.04",
        "dropout 0.1",
    ]


CHOICES = {
    "activation": "selu", "parametrization": "tangent", "periodic": True, "input_scale": True, "dropout": 0.1,
    "fade": True, "optimizer": "adamw", "weight_decay": 0.02, "beta_2": 0.95, "schedule": "exponential",
    "final_rate": 0.1, "scaling": "robust", "label_smoothing": 0.1, "restarts": 4, "keep": "best",
}  # fmt: skip


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(CHOICES))))
def test_whatever_a_recipe_changes_every_change_is_in_a_piece_that_a_recipe_takes(names):
    try:
        default = Recipe(**{name: CHOICES[name] for name in names})
    except RecipeError:
        return
    variants = catalogue.variants_of_pieces(Setting(Recipe()), default, settle)
    tried = names - set(catalogue.NOT_TRIED)
    assert bool(variants) == bool(tried)
    if tried:
        assert {
            name for each in variants[:-2] for name in experiment.switched(Setting(Recipe()), each.setting)
        } == tried
        assert {getattr(variants[-2].setting.recipe, name) for name in tried} == {CHOICES[name] for name in tried}
        assert variants[-1].setting.starts == STARTS


def test_choices_are_named_in_words():
    choices = {"weight_decay": 0.02, "fade": True, "hidden": (64, 32), "final_rate": None, "periodic": False}
    named = "weight decay 0.02 + fade + hidden 64,32 + no final rate + no periodic"
    assert catalogue.describe_choices(choices) == named


def test_what_changes_nothing_on_a_table_is_left_out_and_said(monkeypatch):
    of_table = catalogue.tricks(PLAIN, replace(PLAIN, embedding=4, clip_outputs=True, dropout=0.1),
                                  "classification", settle, numbers=True, levels=True)  # fmt: skip
    shown, idle = experiment.applicable_tricks(bench(), Setting(PLAIN), of_table)
    assert idle == ("embedding 4", "clip outputs")
    assert [variant.name for variant in shown[-1].variants[:2]] == ["plain", "dropout 0.1"]
    assert "raw" in [variant.name for variant in shown[0].variants]


@pytest.mark.slow
def test_a_table_shows_only_what_it_can(monkeypatch):
    monkeypatch.setitem(recipes.RECIPES, "default", replace(PLAIN, label_smoothing=0.1, learning_rate=0.01))
    numbers = table().select("weight", "size").with_columns(y=pl.col("weight") ** 2 + pl.col("size") / 100)
    found = experiment.run(numbers, "y", seeds=2, limit=100)
    assert found.setup.problem.task == "regression"
    assert found.setup.not_drawn == 200
    assert found.setup.train_rows + found.setup.test_rows == 100
    names = [finding.name for finding in found.findings]
    assert "one-hot categories" not in names
    assert "loss of classes" not in names
    assert {outcome.name for outcome in found.findings[-1].outcomes} == {"plain", "learning rate 0.01"}
    said = "\n".join(line for _, line in text.setup_lines(found.setup))
    assert "200 more are not used, to be quick; --rows takes more" in said
    for finding in found.findings:
        assert all(set(outcome.scores) == {"rmse"} for outcome in finding.outcomes)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_and_another_seed_another_result(found):
    again = experiment.run(table(target=EVIL), EVIL, seeds=2)
    assert again.findings == found.findings
    other = experiment.run(table(target=EVIL), EVIL, seeds=2, seed=1)
    assert other.findings != found.findings


@pytest.mark.slow
def test_what_diverges_is_called_so_and_is_no_nan(found, capsys):
    wild = Setting(replace(PLAIN, optimizer="sgd", learning_rate=1e20, kernel_initializer="normal(1)"))
    networks = bench().train([(wild, 0), (wild, 9)], unwatched)
    assert [(network.outputs, network.diverged) for network in networks] == [(None, True)] * 2
    starts = {(wild, 0): networks[0], (wild, 9): networks[1]}
    lost = experiment.outcome(bench(), catalogue.Variant("wild", wild), Setting(PLAIN), {}, starts, 2)
    assert (lost.scores, lost.diverged, lost.curve) == ({}, 2, ())
    shown = replace(found, findings=(replace(found.findings[0], outcomes=(lost, *found.findings[0].outcomes)),))
    text.print_experiment(shown, console())
    out = capsys.readouterr().out
    assert re.search(r"wild +diverged", out)
    written = page.page(shown, "t.csv")
    assert written.count("diverged") > 2
    for said in (out, written, json.dumps(msgspec.to_builtins(shown.findings), allow_nan=False)):
        assert not re.search(r"\bnan\b", said.lower())


@pytest.mark.slow
def test_some_seeds_that_diverge_are_counted_and_the_others_scored(found, capsys):
    best = found.findings[0].outcomes[-1]
    shown = replace(found, findings=(replace(found.findings[0], outcomes=(replace(best, diverged=1),)),))
    text.print_experiment(shown, console())
    assert "1 of 2 diverged" in capsys.readouterr().out


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.open, self.ids = set(), [], []

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.add(tag)
        self.ids += [value for name, value in attributes if name == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.slow
def test_the_page_is_whole_and_asks_nobody_for_anything(found):
    written = page.page(found, "<b>.csv")
    tags = Tags()
    tags.feed(written)
    assert not tags.open
    assert {"svg", "table", "h1", "figure"} <= tags.seen
    assert not tags.seen & {"script", "img", "iframe", "link", "b", "metadata"}
    assert len(tags.ids) == len(set(tags.ids))
    for reference in re.findall(r'(?:url\(|href=")#([^")]+)', written):
        assert reference in tags.ids
    outside = set(re.findall(r"(\S+?)=\"\s*(?:https?:)?//", written))
    assert outside <= {"xmlns", "xmlns:xlink"}
    assert "@import" not in written
    assert "url(http" not in written
    assert "&lt;script&gt;alert(1)&lt;/script&gt; of &lt;b&gt;.csv" in written
    assert "prefers-color-scheme: dark" in written
    assert not re.search("#0[123]01", written)
    for finding in found.findings:
        assert f"<h2>{finding.name}</h2>" in written


@pytest.mark.slow
def test_the_command_prints_a_table_for_each_trick_and_writes_the_page(capfd, tmp_path):
    table().write_csv(tmp_path / "t.csv")
    arguments = ["tricks", tmp_path / "t.csv", "--target", "label", "--seeds", "2", "--epochs", "4"]
    code, out, err = run(capfd, *arguments, "--html", tmp_path / "t.html")
    assert code == 0
    for words in ("initial weights", "too large", "vs plain", "log loss", "saved", "Glorot (plain)", "±"):
        assert words in out
    assert "240 for training and validation, 60 for testing" in err
    assert "label: classification" in err
    assert (tmp_path / "t.html").read_text().startswith("<!DOCTYPE html>")
    code, out, err = run(capfd, *arguments, "--json", "--quiet")
    said = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert (code, err) == (0, "")
    assert said["rows"] == {"train": 240, "test": 60, "without_target": 0, "not_used": 0}
    raw = next(each for each in said["tricks"][0]["outcomes"] if each["name"] == "raw")
    assert raw["switched"] == {"entry": "raw"}
    assert set(raw["scores"]["error"]) == {"each", "mean", "deviation", "difference", "exceeds"}
    assert len(raw["curve"]) == 4


@pytest.mark.slow
def test_a_page_that_cannot_be_written_costs_neither_the_result_nor_the_old_page(tmp_path, capfd, monkeypatch):
    table(60).write_csv(tmp_path / "t.csv")
    page = tmp_path / "t.html"
    page.write_text("old")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    arguments = ["tricks", tmp_path / "t.csv", "--target", "label", "--seeds", "2", "--epochs", "1", "--quiet"]
    code, out, err = run(capfd, *arguments, "--json", "--html", page)
    assert (code, err) == (2, f"ffnn: the page {page} cannot be written: No space left on device\n")
    assert json.loads(out)["target"] == "label"
    assert page.read_text() == "old"
    assert {entry.name for entry in tmp_path.iterdir()} == {"t.csv", "t.html"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--target", "lable"], "there is no column 'lable'; did you mean 'label'?"),
        (["--target", "label", "--seeds", "1"], "seeds must be at least 2, since one alone shows no spread; got 1"),
        (["--target", "label", "--rows", "0"], "rows must be a whole number of at least 1; got 0"),
        (["--target", "label", "--epochs", "0"], "epochs must be a whole number of at least 1; got 0"),
        (["--target", "label", "--seed", "-1"], "the seed must be a whole number, not negative; got -1"),
        (["--target", "label", "--task", "sort"], "task must be one of auto, classification, regression; got 'sort'"),
        (
            ["--target", "label", "--column", "size=sort"],
            "column 'size' is declared as 'sort', which is not a column type",
        ),
        (["--target", "label", "--html", "t.txt"], "the output t.txt must end in .html"),
    ],
)
def test_wrong_input_is_one_sentence(capfd, tmp_path, options, sentence):
    table().write_csv(tmp_path / "t.csv")
    code, out, err = run(capfd, "tricks", tmp_path / "t.csv", *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert sentence in err


def test_without_matplotlib_a_page_is_refused_before_anything_is_trained(capfd, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    table().write_csv(tmp_path / "t.csv")
    arguments = ["tricks", tmp_path / "t.csv", "--target", "label", "--html", tmp_path / "t.html"]
    code, _, err = run(capfd, *arguments)
    assert code == 2
    assert err == (
        "ffnn: --html draws with matplotlib, which is not installed; pip install 'ffnn[pictures]' brings it\n"
    )
    assert not (tmp_path / "t.html").exists()


def test_too_few_rows_are_one_sentence():
    with pytest.raises(TableError, match="rows are too few to hold out"):
        experiment.run(table(4), "label", limit=2)


@pytest.mark.slow
def test_titanic_with_the_whole_recipe(real_tables, monkeypatch):
    monkeypatch.setitem(recipes.RECIPES, "plain", Recipe())
    monkeypatch.setitem(recipes.RECIPES, "default", Recipe())
    found = experiment.run(real_tables / "titanic.csv", "Survived", seeds=2, epochs=30)
    zeros = outcome_of(found, "initial weights", "zeros").scores["error"]
    survived = pl.read_csv(real_tables / "titanic.csv")["Survived"].mean()
    assert zeros.mean == pytest.approx(survived, abs=0.005)
    assert zeros.exceeds
    assert outcome_of(found, "initial weights", "Glorot").scores["error"].mean < 0.25

"""Every control of training, data and view does what it says: as the server validates it, or as the page draws it."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from ffnn.playground.settings import DATASETS, Settings
from pages import agreed, ask, compiled, drawn, equal, open_tab, painted, painted_at_rest, parameters, settled, until

CHOICES = get_type_hints(Settings)

SELECTS = ["activation", "inputs", "kernel_initializer", "loss", "optimizer", "penalty", "problem", "speed"]

NUMBERS = {  # typed, what is next to it with −, with +
    "learning_rate": (0.2, 0.1, 0.3),
    "penalty_rate": (0.002, 0.001, 0.003),
    "batch": (25, 20, 30),
    "restarts": (3, 2, 4),
    "points": (150, 100, 200),
    "seed": (41, 40, 42),
    "data_seed": (7, 6, 8),
}

FEATURES = {"x": "x", "y": "y", "x2": "x²", "y2": "y²", "xy": "x·y", "sinx": "sin x", "siny": "sin y"}


@pytest.mark.slow
@pytest.mark.parametrize("key", SELECTS)
def test_each_option_of_a_list_is_what_the_server_takes(page, key):
    legal = list(get_args(CHOICES[key]))
    offered = page.eval_on_selector_all(f"#set-{key} option", "(all) => all.map(({ value }) => value)")
    assert sorted(offered) == sorted(legal)
    for value in [*legal[1:], legal[0]]:
        page.select_option(f"#set-{key}", value)
        assert agreed(page)[key] == value
        assert page.input_value(f"#set-{key}") == value


@pytest.mark.slow
@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_is_typed_or_stepped(page, key):
    typed, less, more = NUMBERS[key]
    if key == "penalty_rate":
        assert page.is_disabled("#set-penalty_rate")
        page.select_option("#set-penalty", "l2")
    field, shown = f"#set-{key}", f".control[data-control={key}]"
    page.fill(field, str(typed))
    page.keyboard.press("Enter")
    assert agreed(page)[key] == typed
    page.click(f"{shown} button[aria-label$=': less']")
    assert agreed(page)[key] == less
    page.fill(field, str(typed))
    page.keyboard.press("ArrowUp")
    assert agreed(page)[key] == more
    page.click(f"{shown} button[aria-label$=': more']")
    assert agreed(page)[key] > more
    page.fill(field, "-5")  # no such number: what there was comes back
    page.keyboard.press("Enter")
    assert float(page.input_value(field)) == agreed(page)[key] > more


@pytest.mark.slow
@pytest.mark.parametrize("key", ["noise", "share"])
def test_a_slider_sets_its_percent(page, key):
    before = ask(page, "[[...store.scene.truth], [...store.scene.points], [...store.scene.test]]")
    page.focus(f"#set-{key}")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    most = {"noise": 49, "share": 89}[key]
    equal(page, f"store.scene.settings.{key}", most)
    assert page.inner_text(f".control[data-control={key}] output") == f"{most} %"
    assert ask(page, "[[...store.scene.truth], [...store.scene.points], [...store.scene.test]]") != before
    if key == "share":
        assert ask(page, "store.scene.rows.train") == 445


@pytest.mark.slow
@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_each_dataset_is_a_button(page, problem):
    page.select_option("#set-problem", problem)
    equal(page, "store.scene.settings.problem", problem)
    seen = page.eval_on_selector_all(
        "#set-dataset button", "(all) => all.filter((one) => one.checkVisibility()).map(({ id }) => id)"
    )
    assert sorted(seen) == sorted(f"dataset-{name}" for name in DATASETS[problem])
    points = set()
    for name in DATASETS[problem][::-1]:
        page.click(f"#dataset-{name}")
        if name == "table":  # none is open: the page leads to where one is opened
            page.wait_for_selector("#table:not(.folded)")
            assert ask(page, "document.activeElement.id") == "table-file"
            continue
        equal(page, "store.scene.settings.dataset", name)
        assert page.get_attribute(f"#dataset-{name}", "aria-pressed") == "true"
        assert page.locator("#set-dataset [aria-pressed=true]").count() == 1
        points.add(str(ask(page, "[...store.scene.points, ...store.scene.truth]")))
    assert len(points) == len(DATASETS[problem]) - 1


@pytest.mark.slow
def test_regenerate_draws_other_points(page):
    before = ask(page, "[...store.scene.points]")
    page.click("#regenerate")
    equal(page, "store.scene.settings.data_seed", 1)
    assert page.input_value("#set-data_seed") == "1"
    assert ask(page, "[...store.scene.points]") != before


@pytest.mark.slow
def test_each_feature_is_switched_on_and_off(page):
    for feature, name in FEATURES.items():
        if feature not in ("x", "y"):
            page.click(f"#feature-{feature}")
            until(page, f"store.scene.input_names.includes('{name}')")
            page.wait_for_selector(f"#feature-{feature}[aria-pressed=true]")
    assert ask(page, "store.scene.widths[0]") == 7
    for feature in list(FEATURES)[:-1]:
        page.click(f"#feature-{feature}")
        until(page, f"!store.scene.settings.features.includes('{feature}')")
    page.click("#feature-siny")
    page.wait_for_selector("#refused:not([hidden])")
    page.click("#refused-close")
    assert page.is_hidden("#refused")
    assert agreed(page)["features"] == ["siny"]


@pytest.mark.slow
def test_what_is_refused_changes_nothing_else_and_is_over_with_the_next_command(page):
    page.fill("#set-learning_rate", "0.5")
    page.keyboard.press("Enter")
    page.select_option("#set-optimizer", "adam")
    page.click("#dataset-drawn")
    equal(page, "store.scene.settings.dataset", "drawn")
    page.click("#run")
    page.wait_for_selector("#refused:has-text('too few points')")
    assert [page.input_value("#set-learning_rate"), page.input_value("#set-optimizer")] == ["0.5", "adam"]
    settings = agreed(page)
    assert [settings["learning_rate"], settings["optimizer"]] == [0.5, "adam"]
    assert page.is_hidden("#refused")
    ask(page, "store.set({ optimizer: 'sgd', hidden: [99] })")
    page.wait_for_selector("#refused:not([hidden])")
    assert [page.input_value("#set-optimizer"), ask(page, "store.settings.hidden")] == ["adam", [4, 2]]


@pytest.mark.slow
def test_a_number_that_cannot_be_is_refused_in_a_sentence(page):
    for typed in ("1e9", "-5"):
        page.fill("#set-learning_rate", typed)
        page.keyboard.press("Enter")
        page.wait_for_selector("#refused:has-text('Learning rate is a number from 0.000001 to 100')")
        assert page.input_value("#set-learning_rate") == "0.03"
        page.click("#refused-close")


@pytest.mark.slow
def test_layers_and_neurons_are_added_and_removed(page):
    for button, hidden in [
        ("add-neuron-0", [5, 2]),
        ("add-neuron-1", [5, 3]),
        ("add-layer", [5, 3, 2]),
        ("remove-neuron-2", [5, 3, 1]),
        ("remove-layer", [5, 3]),
        ("remove-neuron-0", [4, 3]),
        ("remove-layer", [4]),
        ("remove-layer", []),
    ]:
        page.click(f"#{button}")
        equal(page, "store.scene.settings.hidden", hidden)
        assert ask(page, "store.scene.widths") == [2, *hidden, 1]
        until(page, f"document.querySelectorAll('.node').length === {7 + sum(hidden) + 1}")
        words = "1 hidden layer" if len(hidden) == 1 else f"{len(hidden)} hidden layers"
        assert page.inner_text("#depth") == words
    assert page.is_disabled("#remove-layer")
    for _ in range(10):
        page.click("#add-layer")
    equal(page, "store.scene.settings.hidden", [2] * 10)
    assert page.is_disabled("#add-layer")


@pytest.mark.slow
def test_a_weight_and_a_bias_are_edited_on_the_card(page):
    compiled(page)
    page.click("#neuron-0-1")
    page.wait_for_selector(".card:not([hidden])")
    for field, index, value in (("card-0", 1, 1.25), ("card-1", 5, -0.5), ("card-bias", 9, 2)):
        page.fill(f"#{field}", str(value))
        equal(page, f"store.frame.parameters[{index}]", value)
    page.keyboard.press("Escape")
    assert page.is_hidden(".card")
    assert ask(page, "document.activeElement.id") == "neuron-0-1"


@pytest.mark.slow
def test_the_outputs_bias_is_edited_and_moves_the_map(page):
    compiled(page)
    drawn(page)
    before = painted(page, "#field .map")
    page.click("#neuron-2-0")
    page.fill("#card-bias", "3")
    equal(page, "store.frame.parameters.at(-1)", 3)
    page.keyboard.press("Enter")
    page.mouse.move(0, 0)
    page.evaluate("() => document.activeElement.blur()")
    equal(page, "store.focus", None)
    drawn(page)
    assert painted(page, "#field .map") != before
    assert min(ask(page, "[...store.frame.field]")) > 200  # tanh of about 3 everywhere


@pytest.mark.slow
def test_a_link_is_edited_where_it_is_drawn(page):
    compiled(page)
    box = page.evaluate("""() => {
        const path = document.querySelector(".links path");
        const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
        return [x, y];
    }""")
    page.mouse.move(*box)
    assert page.inner_text(".hint").startswith("Weight ")
    page.mouse.click(*box)
    before = parameters(page)
    page.fill(".card input", "4.5")
    until(page, "store.frame.parameters.includes(4.5)")
    after = parameters(page)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1
    page.click(".card .close")
    assert page.is_hidden(".card")


@pytest.mark.slow
def test_the_table_of_weights_edits_them_too(page):
    compiled(page)
    open_tab(page, "inside")
    for layer, row, unit, index in ((0, "0", 3, 3), (0, "bias", 0, 8), (1, "3", 1, 19), (2, "bias", 0, 24)):
        page.select_option("#weights-layer", str(layer))
        page.fill(f"#weight-{layer}-{row}-{unit}", "1.5")
        page.keyboard.press("Enter")
        equal(page, f"store.frame.parameters[{index}]", 1.5)
    page.click("#weights-copy")
    until(page, "document.querySelector('#weights-outcome').textContent")


@pytest.mark.slow
def test_a_weight_that_is_too_large_is_refused_by_a_sentence(page):
    compiled(page)
    before = parameters(page)
    page.click("#neuron-0-1")
    page.fill("#card-bias", "1e10")
    until(page, "document.body.innerText.includes('from -1000000000 to 1000000000')")
    assert parameters(page) == before
    assert ask(page, "store.status") == "live"
    page.keyboard.press("Escape")


@pytest.mark.slow
def test_the_view_changes_what_is_drawn(page):
    compiled(page)
    points, chart, shown = (
        painted_at_rest(page, f"#{name}") for name in ("field .points", "chart canvas", "field .map")
    )
    page.check("#view-show_test")
    settled(page)
    assert painted(page, "#field .points").opaque > 1.5 * points.opaque
    page.check("#view-discretize")
    settled(page)
    assert len(painted(page, "#field .map").colours) == 2 < len(shown.colours)
    page.check("#view-log")
    settled(page)
    assert painted(page, "#chart canvas") != chart
    for key in ("show_test", "discretize", "log"):
        page.uncheck(f"#view-{key}")
    assert painted_at_rest(page, "#field .points") == points
    assert painted_at_rest(page, "#field .map") == shown


def test_the_theme_changes_page_and_map(page):
    seen = []
    for theme in ("light", "dark", "auto"):
        page.select_option("#view-theme", theme)
        settled(page)
        ground = page.eval_on_selector("html", "(html) => getComputedStyle(html).backgroundColor")
        seen.append((ground, *(painted(page, f"#field .{name}") for name in ("map", "axes", "points"))))
    assert seen[0] == seen[2]
    assert all(light != dark for light, dark in zip(*seen[:2], strict=True))
    page.emulate_media(color_scheme="dark")
    settled(page)
    assert page.get_attribute("html", "data-theme") == "dark"
    page.emulate_media(color_scheme="light")


@pytest.mark.slow
def test_each_box_of_the_menu_hides_its_controls(page):
    page.click(".menu summary")
    names = page.eval_on_selector_all(".menu input", "(all) => all.map(({ id }) => id.slice('hide-'.length))")
    assert len(names) > 30
    assert {*CHOICES} - {"drawn", "dataset", "features", "hidden", "target", "across", "up", "view", "row"} <= {*names}
    for name in names:
        if name == "features":  # those that are not used disappear, the others cannot be pressed
            page.check("input#hide-features")
            drawn(page)
            assert page.locator("[id^=feature-]").count() == 0
            assert page.locator("[id^=input-]").count() == 2
            continue
        count = page.locator(f"[data-control={name}]").count()
        page.eval_on_selector(f"input#hide-{name}", "(box) => box.click()")  # the menu hides itself as well
        assert page.locator(f"[data-control={name}].hidden-by-teacher").count() == count
    assert ask(page, "store.view.hide") == names
    ask(page, "store.show({ hide: ['run'] })")
    page.click("#hide-nothing")
    assert page.is_visible("#run")
    assert page.locator(".hidden-by-teacher").count() == 0
    page.keyboard.press("Escape")
    assert page.is_hidden("#hide-run")

"""Look inside: the numbers of a point are those of its network; the health of layers; lessons and tricks that hold."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import numpy as np
import pytest

from pages import agreed, ask, compiled, equal, open_tab, parameters, settled, train, until

pytestmark = pytest.mark.slow


@pytest.fixture
def page(page):
    compiled(page)
    return page


def layers(page):
    """Kernel and bias of each layer."""
    numbers, widths = np.array(parameters(page), np.float32), ask(page, "store.scene.widths")
    found = []
    for inputs, units in pairwise(widths):
        kernel, bias, numbers = np.split(numbers, [inputs * units, (inputs + 1) * units])
        found.append((kernel.reshape(inputs, units), bias))
    assert not len(numbers)
    return found


def number(text):
    """A number as the page writes it."""
    digits, _, power = text.replace(MINUS, "-").replace(",", "").partition("·10")
    return float(digits) * 10 ** int(power.translate(RAISED) or 0)


MINUS = "\N{MINUS SIGN}"
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def test_the_sums_of_a_point_are_those_of_its_network(page):
    train(page, 20)
    open_tab(page, "inside")
    page.fill("#inside-row", "11")
    page.click("#inside-look")
    equal(page, "store.frame.look?.row", 11)
    x = np.array(ask(page, "[...store.scene.points].slice(22, 24)"), np.float32)
    values, sums = [x], []
    for kernel, bias in layers(page):
        sums.append(values[-1] @ kernel + bias)
        values.append(np.tanh(sums[-1]))
    np.testing.assert_allclose(ask(page, "[...store.frame.look_values]"), np.concatenate(values), atol=1e-5)
    np.testing.assert_allclose(ask(page, "[...store.frame.look_sums]"), np.concatenate(sums), atol=1e-5)
    until(page, "document.querySelectorAll('#inside-way-forward .sum').length === 14")
    settled(page)
    lines = page.locator("#inside-way-forward .inside-line:first-of-type .sum").all_inner_texts()
    for line, total in zip(lines, np.concatenate(sums), strict=True):
        parts, said = line.split(" = ")
        assert number(said) == pytest.approx(total, abs=0.006)
        factors = re.findall(rf"([{MINUS}\d.]+)·\(?([{MINUS}\d.]+)\)?", parts)
        written = sum(number(weight) * number(value) for weight, value in factors) + number(parts.split(" + ")[-1])
        assert written == pytest.approx(total, abs=0.05)
    target = 1 if ask(page, "store.scene.truth[11]") else -1
    loss = (values[-1][0] - target) ** 2
    assert number(page.inner_text("#inside-loss").split(" = ")[-1]) == pytest.approx(loss, abs=0.006)
    assert "Point 11 at epoch" in page.inner_text("#inside-about")
    assert page.inner_text("#neuron-0-0 .value") == f"{values[1][0]:.2f}".replace("-", MINUS)

    page.click("#inside-backward")
    assert page.is_hidden("#inside-way-forward")
    until(page, "store.frame.look_gradients")
    last = 2 * (values[-1][0] - target) * (1 - values[-1][0] ** 2)
    gradients = ask(page, "[...store.frame.look_gradients]")
    np.testing.assert_allclose(gradients[-3:], [*(last * values[2]), last], rtol=1e-3, atol=1e-6)
    output = f"#neuron-{len(values) - 2}-0 .value"
    forward = f"{values[-1][0]:.2f}".replace("-", MINUS)
    until(page, f"document.querySelector('{output}').textContent !== '{forward}'")
    assert number(page.inner_text(output)) == pytest.approx(last, abs=0.006)
    told = page.inner_text("#inside-way-backward")
    assert "∂L/∂" in told
    page.click("#inside-forward")
    assert page.is_visible("#inside-way-forward")


def test_long_sums_and_layers_unfold(page):
    ask(page, "store.set({ hidden: [9, 30] })")
    agreed(page)
    ask(page, "store.send({ do: 'look', row: 0 })")
    open_tab(page, "inside")
    second = page.locator("#inside-way-forward .inside-layer").nth(1)
    second.locator("summary").click()
    line = second.locator(".sum").first
    text = "document.querySelectorAll('#inside-way-forward .inside-layer')[1].querySelector('.sum').textContent"
    until(page, text)
    assert (line.inner_text().count("·"), "…" in line.inner_text()) == (8, True)
    second.locator(".panel-more").first.click()
    until(page, f"!{text}.includes('…')")
    assert line.inner_text().count("·") == 9
    page.click("#inside-weights summary")
    assert page.is_hidden("#weights-layer")
    page.click("#inside-weights summary")
    assert page.is_visible("#weights-layer")
    open_tab(page, "health")
    page.click(".health-legend summary")
    assert page.is_visible(".health-legend dl")


def test_a_place_without_a_point_is_looked_at_too(page):
    open_tab(page, "inside")
    page.fill("#inside-across", "1.5")
    page.fill("#inside-up", "-2")
    page.click("#inside-place")
    until(page, "store.frame.look?.at")
    assert ask(page, "[...store.frame.look_values].slice(0, 2)") == pytest.approx(
        [1.5, -2], abs=0.06
    )  # the map's nearest
    page.wait_for_selector("#inside-about:has-text('A place without a point')")
    page.click("#inside-none")
    equal(page, "store.frame.look", None)
    page.wait_for_selector("#inside-about:has-text('No point is chosen')")
    plot = page.locator("#field .points").bounding_box()
    page.mouse.click(plot["x"] + plot["width"] / 4, plot["y"] + plot["height"] / 4)
    until(page, "store.frame.look")
    row, at = ask(page, "[store.frame.look.row, store.frame.look.at]")
    near = at or ask(page, f"[...store.scene.points].slice({2 * (row or 0)}, {2 * (row or 0) + 2})")
    assert near == pytest.approx([-3, 3], abs=0.4)  # a point is meant from nine pixels on
    page.wait_for_selector("#inside:not(.folded)")


def lesson(page, name, scene=0):
    """Set one of a lesson's scenes, and wait until it can train."""
    open_tab(page, "lessons")
    if page.get_attribute(f"#lesson-{name}", "aria-pressed") != "true":
        page.click(f"#lesson-{name}")
    if page.locator(f"#lesson-scene-{scene}").count():
        page.click(f"#lesson-scene-{scene}")
        page.wait_for_selector(f"#lesson-scene-{scene}[aria-pressed=true]")
        agreed(page)
        compiled(page)


def learned(page, epochs):
    """The training losses of all starts after so many epochs."""
    train(page, epochs)
    return ask(page, "[...store.frame.loss].filter((_, index) => index % 2 === 0)")


def health(page):
    """What the health panel says."""
    open_tab(page, "health")
    end = time.monotonic() + 20
    text = ""
    while not text or "Nothing measured" in text:  # what it said before it was drawn counts for nothing
        assert time.monotonic() < end, text
        settled(page)
        text = page.inner_text("#health-diagnosis").strip()
    open_tab(page, "lessons")
    return text


def test_lesson_xor_needs_a_hidden_layer(page):
    lesson(page, "xor")
    page.click("#lesson-run")
    page.wait_for_selector("#lesson-run:has-text('Pause')")
    until(page, "store.frame.epoch > 10")
    page.click("#lesson-run")
    page.wait_for_selector("#lesson-run:has-text('Run')")
    assert learned(page, 500)[0] > 0.9
    lesson(page, "xor", 1)
    assert learned(page, 500)[0] < 0.01


def test_lesson_zeros_never_break_symmetry(page):
    lesson(page, "zeros")
    assert learned(page, 300)[0] > 0.7
    kernel, bias = layers(page)[0]
    assert np.all(kernel == kernel[:, :1])
    assert np.all(bias == bias[0])
    assert "Symmetry" in health(page)
    lesson(page, "zeros", 1)
    assert "Symmetry" not in health(page)


def test_lesson_raw_inputs_stall(page):
    lesson(page, "raw")
    assert learned(page, 1000)[0] > 0.7
    lesson(page, "raw", 1)
    assert learned(page, 300)[0] < 0.1


def test_lesson_deep_sigmoids_vanish(page):
    lesson(page, "vanishing")
    assert learned(page, 100)[0] > 0.9
    assert "Vanishing gradients" in health(page)
    gradients = ask(page, "[...store.frame.health].filter((_, index) => index % 4 === 0)")
    assert gradients[0] < gradients[-1] / 100
    lesson(page, "vanishing", 1)
    assert learned(page, 500)[0] < 0.1
    assert "Vanishing" not in health(page)


def test_lesson_luck_differs(page):
    lesson(page, "luck")
    losses = learned(page, 500)
    assert len(losses) == 16
    assert min(losses) < 0.02 < 0.1 < max(losses)


def test_lesson_a_large_rate_explodes_and_back_brings_back(page):
    page.select_option("#set-activation", "relu")
    page.check("#view-show_test")
    agreed(page)
    lesson(page, "explode")
    learned(page, 2000)
    assert ask(page, "store.frame.status") == "diverged"
    assert "Diverged" in health(page)
    lesson(page, "explode", 1)
    assert learned(page, 30)[0] < 1e-3
    page.click("#lesson-back")
    equal(page, "store.scene.settings.activation", "relu")
    assert page.is_checked("#view-show_test")
    assert ask(page, "store.view.lesson") == ""


def test_back_brings_back_what_was_made_while_a_lesson_was_open(page):
    lesson(page, "xor")
    page.click("#lesson-shapes")
    ask(page, "store.set({ dataset: 'drawn', drawn: [[1, 1, 0], [-1, -1, 1]], hidden: [5, 5] })")
    agreed(page)
    page.click("#lesson-zeros")
    until(page, "store.scene.settings.dataset !== 'drawn'")
    page.click("#lesson-shapes")
    page.click("#lesson-back")
    equal(page, "store.scene.settings.dataset", "drawn")
    assert ask(page, "[store.settings.drawn, store.settings.hidden]") == [[[1, 1, 0], [-1, -1, 1]], [5, 5]]


def test_the_loss_of_an_unlikely_class_is_finite(page):
    outputs, target = [0.0, 800.0, 3.0], [1, 0, 0]
    loss = page.evaluate(
        "async (all) => (await import('/static/panels/arithmetic.js')).lossOf('cross_entropy', ...all)",
        [outputs, target],
    )
    assert loss == pytest.approx(np.logaddexp.reduce(outputs) - outputs[0], rel=1e-12)


def test_the_loss_of_large_outputs_keeps_its_digits(page):
    k = 2.0**50
    loss = page.evaluate(
        "async (all) => (await import('/static/panels/arithmetic.js')).lossOf('cross_entropy', ...all)",
        [[k, k, k - 1], [1, 0, 0]],
    )
    assert loss == pytest.approx(0.8619948040582511, rel=1e-12)  # log(2 + 1/e)


def test_lesson_overfitting(page):
    lesson(page, "overfitting")
    learned(page, 400)
    train_loss, test_loss = ask(page, "[...store.frame.loss]")
    assert test_loss > 0.6 > 0.1 > train_loss


def test_lesson_softmax(page):
    lesson(page, "softmax")
    learned(page, 30)
    assert ask(page, "store.frame.figures.train.accuracy") > 0.9
    ask(page, "store.send({ do: 'look', row: 3 })")
    open_tab(page, "inside")
    until(page, "document.querySelector('#inside-loss')?.textContent.includes('Softmax')")
    likely = [
        number(line.split(" = ")[-1]) for line in page.inner_text("#inside-loss").splitlines() if line.startswith("P(")
    ]
    assert sum(likely) == pytest.approx(1, abs=0.03)
    assert len(likely) == 4


def test_lesson_of_the_shape_trap(page):
    lesson(page, "shapes")
    sums = "#shape-sums"
    page.click("#shape-perfect")
    assert page.inner_text(sums).startswith("Right loss: 0, ")
    page.click("#shape-half")
    assert "Wrong loss: 4;" in page.inner_text(sums)
    page.fill("#shape-output-0", "2")
    assert "Right loss: 4.75" in page.inner_text(sums)
    page.click("#shape-page")
    assert page.input_value("#shape-output-0") == f"{ask(page, 'store.frame.predicted[0]'):g}"


def test_each_trick_is_a_switch_that_the_server_takes(page):
    open_tab(page, "tricks")
    switches = page.eval_on_selector_all(
        "#tricks input", "(all) => all.map(({ id, name, value }) => [id, name, value])"
    )
    assert len(switches) == 19
    for identity, name, value in switches:
        key = name.removeprefix("trick-")
        if key == "categories":  # only of a table
            assert page.is_disabled(f"#{identity}")
            continue
        page.check(f"#{identity}")
        assert str(agreed(page)[key]) == value
        page.wait_for_selector(f"#{name} .trick-now:has-text('Now')")


@pytest.mark.parametrize(("activation", "bias", "words"), [("tanh", 50, "flat ends of tanh"), ("relu", -100, "dead")])
def test_dead_and_saturated_neurons_are_named(page, activation, bias, words):
    open_tab(page, "health")
    ask(page, f"store.set({{ activation: '{activation}', hidden: [2] }})")
    agreed(page)
    compiled(page)
    for unit in range(2):
        ask(page, f"store.send({{ do: 'edit', layer: 0, row: null, unit: {unit}, value: {bias} }})")
    page.click("#step")
    page.wait_for_selector(f"#health-diagnosis:has-text('{words}')")
    assert "100 %" in page.inner_text("#health-table tbody tr:first-child")

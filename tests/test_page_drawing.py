"""Points drawn by hand: with the pointer, or by typing their numbers."""

from __future__ import annotations

import pytest

from pages import agreed, ask, drawn, equal, painted, train, until, visiting

pytestmark = pytest.mark.slow


def press(page, across, up, *, to=None):
    """Press the pointer on the map, in shares of its width and height; perhaps draw it along."""
    box = page.locator("#field .points").bounding_box()
    page.mouse.move(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
    page.mouse.down()
    if to:
        page.mouse.move(box["x"] + to[0] * box["width"], box["y"] + (1 - to[1]) * box["height"], steps=20)
    page.mouse.up()


def test_points_are_painted_erased_and_learned(page):
    page.click("#dataset-drawn")
    page.wait_for_selector("#painting:not([hidden])")
    press(page, 0.75, 0.75)
    equal(page, "store.scene.rows.shown", 1)
    x, y, answer = ask(page, "store.scene.settings.drawn[0]")
    assert (x, y, answer) == (pytest.approx(3, abs=0.1), pytest.approx(3, abs=0.1), 0)
    page.select_option("#paint-class", "1")
    press(page, 0.1, 0.2, to=(0.9, 0.2))
    until(page, "store.scene.rows.shown > 10")
    assert {point[2] for point in agreed(page)["drawn"][1:]} == {1}
    count = ask(page, "store.scene.rows.shown")
    page.check("#paint-erase")
    press(page, 0.1, 0.2, to=(0.3, 0.2))
    until(page, f"store.scene.rows.shown < {count}")
    drawn(page)
    before = painted(page, "#field .points")
    page.check("#paint-look")
    press(page, 0.75, 0.75)
    equal(page, "store.frame?.look?.row !== undefined", True)
    drawn(page)
    assert painted(page, "#field .points") != before  # the ring around it
    assert agreed(page)["drawn"][0] == [x, y, answer]
    page.check("#paint-add")
    page.wait_for_selector("body[data-status=paused]", state="attached")
    train(page, 20)


def test_a_stroke_is_over_with_the_pointer(page):
    """What follows a stroke at once is not undone by what of it was still to be sent."""
    page.click("#dataset-drawn")
    page.wait_for_selector("#painting:not([hidden])")
    points = page.evaluate("""() => {
        const canvas = document.querySelector("#field .points");
        const { left, top, width, height } = canvas.getBoundingClientRect();
        const point = (name, share) => canvas.dispatchEvent(new PointerEvent(name, {
            bubbles: true, clientX: left + share * width, clientY: top + height / 2,
        }));
        canvas.setPointerCapture = () => {};
        point("pointerdown", 0.2);
        for (const share of [0.4, 0.6, 0.8]) point("pointermove", share);
        point("lostpointercapture", 0.8);
        delete canvas.setPointerCapture;
        document.getElementById("paint-undo").click();
        return ffnn.store.settings.drawn.map(([x]) => x);
    }""")
    assert points == [pytest.approx(x, abs=0.1) for x in (-3.6, -1.2, 1.2)]
    page.wait_for_timeout(300)  # longer than anything waits
    assert agreed(page)["drawn"] == ask(page, "store.settings.drawn")
    assert [x for x, _, _ in agreed(page)["drawn"]] == points


def test_a_finger_draws_and_does_not_scroll(browser, playground):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with visiting(browser, playground, "dataset=drawn", **phone) as page:
        page.locator("#field .points").scroll_into_view_if_needed()
        box = page.locator("#field .points").bounding_box()
        before = page.evaluate("() => scrollY")
        line = page.context.new_cdp_session(page)
        for step in range(21):
            at = {"x": box["x"] + 60 + 6 * step, "y": box["y"] + 40 + 6 * step}
            line.send("Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": [at]})
        line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        until(page, "store.scene.rows.shown >= 10")
        assert page.evaluate("() => scrollY") == before


def test_points_are_typed(page):
    page.click("#dataset-drawn")
    page.fill("#paint-x", "1.5")
    page.fill("#paint-y", "-2")
    page.select_option("#paint-class", "2")
    page.click("#paint-point")
    equal(page, "store.scene.settings.drawn", [[1.5, -2, 2]])
    page.fill("#paint-x", "4")
    page.click("#paint-point")
    equal(page, "store.scene.settings.drawn", [[1.5, -2, 2], [4, -2, 2]])
    assert ask(page, "store.scene.classes.length") == 3
    page.click("#paint-undo")
    equal(page, "store.scene.settings.drawn", [[1.5, -2, 2]])
    page.select_option("#set-problem", "regression")
    until(page, "store.scene.settings.problem === 'regression'")
    page.fill("#paint-value", "-0.4")
    page.click("#paint-point")
    equal(page, "store.scene.settings.drawn.length", 2)
    assert agreed(page)["drawn"][1] == [4, -2, -0.4]
    page.click("#paint-clear")
    equal(page, "store.scene.settings.drawn", [])


@pytest.mark.parametrize(("problem", "count"), [("classification", 500), ("regression", 1000)])
def test_the_points_of_a_problem_are_taken_over(page, problem, count):
    page.select_option("#set-problem", problem)
    equal(page, "store.scene.settings.problem", problem)
    points = ask(page, "[...store.scene.points].slice(0, 2)")
    page.click("#draw-own")
    equal(page, "store.scene.settings.dataset", "drawn")
    taken = agreed(page)["drawn"]
    assert len(taken) == count
    assert min(abs(x - points[0]) + abs(y - points[1]) for x, y, _ in taken) < 0.02
    assert {answer for *_, answer in taken} == {0, 1} or problem == "regression"
    until(page, "location.hash.includes('drawn=')")

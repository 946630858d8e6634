"""The page for everyone: all of it by keyboard, nothing that axe finds serious, narrow screens, no needless motion."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from pages import PANELS, agreed, ask, drawn, equal, open_tab, parameters, settled, until, visiting

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def tab_to(page, selector, key="Tab"):
    """Press Tab until an element has the focus; what has it is always to be seen."""
    for _ in range(200):
        page.keyboard.press(key)
        reached, seen, told = page.evaluate(
            """(selector) => {
                const { activeElement: it, body } = document;
                const { outlineStyle, outlineWidth } = getComputedStyle(it);
                const ringed = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
                const seen = it === body || (ringed && it.checkVisibility());
                return [it.matches(selector), seen, it.outerHTML.slice(0, 200)];
            }""",
            selector,
        )
        assert seen, f"no ring around {told}"
        if reached:
            return
    pytest.fail(f"Tab never reaches {selector}")


def test_a_journey_by_keyboard_alone(browser, playground):
    with visiting(browser, playground) as page:
        tab_to(page, ".skip")
        page.keyboard.press("Enter")
        assert ask(page, "document.activeElement.id") == "network"
        tab_to(page, "#dataset-xor", "Shift+Tab")
        page.keyboard.press("Enter")
        equal(page, "store.scene.settings.dataset", "xor")
        tab_to(page, "#add-neuron-0")
        page.keyboard.press("Space")
        equal(page, "store.scene.settings.hidden", [5, 2])
        until(page, "document.activeElement.id === 'add-neuron-0'")  # though the diagram was built anew
        page.wait_for_selector("body[data-status=paused]", state="attached")
        tab_to(page, "#run", "Shift+Tab")
        page.keyboard.press("Enter")
        until(page, "store.frame.epoch > 3")
        page.keyboard.press("Space")
        page.wait_for_selector("body[data-status=paused]", state="attached")
        epoch = ask(page, "store.frame.epoch")
        page.keyboard.press(".")
        equal(page, "store.frame.epoch", epoch + 1)
        tab_to(page, ".node")
        page.keyboard.press("ArrowRight")
        assert ask(page, "document.activeElement.id").startswith("neuron-0-")
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
        assert ask(page, "document.activeElement.id") == "neuron-0-1"
        equal(page, "store.focus", {"layer": 0, "unit": 1})
        page.keyboard.press("Enter")
        until(page, "document.activeElement.id === 'card-bias'")
        page.keyboard.type("2.5")
        equal(page, "store.frame.parameters[11]", 2.5)
        page.keyboard.press("Escape")
        assert ask(page, "document.activeElement.id") == "neuron-0-1"
        tab_to(page, "#tabs [role=tab]")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("#inside:not(.folded)")
        tab_to(page, "#inside-row")
        page.keyboard.type("7")
        tab_to(page, "#inside-look")
        page.keyboard.press("Enter")
        equal(page, "store.frame.look?.row", 7)
        tab_to(page, "#weight-0-0-0")
        page.keyboard.press("Control+A")
        page.keyboard.type("-1.5")
        page.keyboard.press("Enter")
        equal(page, "store.frame.parameters[0]", -1.5)
        page.evaluate("() => document.activeElement.blur()")
        page.keyboard.press("r")
        equal(page, "store.frame?.epoch", 0)
        assert parameters(page)[11] == 0


def test_keys_belong_to_what_is_typed_in(browser, playground):
    with visiting(browser, playground) as page:
        page.focus("#set-learning_rate")
        for key in ("Control+A", "0", ".", "5", "Space", "r", "Enter"):
            page.keyboard.press(key)
        assert agreed(page)["learning_rate"] == 0.5
        page.wait_for_selector("body[data-status=paused]", state="attached")
        assert ask(page, "store.frame.epoch") == 0
        page.focus("#view-log")
        page.keyboard.press("Space")
        assert page.is_checked("#view-log")
        assert ask(page, "store.frame.status") == "paused"


def serious(page, part="body"):
    """What axe finds serious or critical in a part of the page: rule, and where."""
    found = Axe().run(page, part, {"resultTypes": ["violations"]}).response["violations"]
    return [
        (its["id"], [node["html"][:150] for node in its["nodes"]])
        for its in found
        if its["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_axe_finds_nothing_serious_on_the_page_nor_in_a_tab(browser, playground, look):
    options = PHONE if look == "phone" else {"color_scheme": look}
    with visiting(browser, playground, "restarts=2&hidden=3", **options) as page:
        assert serious(page) == []
        page.click("#step")
        ask(page, "store.send({ do: 'look', row: 3 })")
        until(page, "store.frame.look_gradients")
        for name in PANELS:
            open_tab(page, name)
            if name == "lessons":
                page.click("#lesson-shapes")
            settled(page)
            assert serious(page, f"#{name}") == [], name
        open_tab(page, "inside")
        page.click("#inside-backward")
        page.wait_for_selector("#inside-way-backward:visible")
        assert serious(page, "#inside") == [], "backward"
        page.click(".menu summary")
        page.evaluate("() => { ffnn.store.emit('refused', 'This cannot be done.'); }")
        assert serious(page) == [], "menu and alert"
        page.evaluate("() => { document.querySelector('.menu').open = false; }")
        page.click("#neuron-0-0")
        assert serious(page, "#network") == [], "card"
        page.keyboard.press("Escape")
        for link in ("problem=regression", "dataset=drawn&drawn=1:1:0,2:2:1,-1:-2:2"):
            page.evaluate("(link) => { location.hash = link; }", link)
            agreed(page)
            open_tab(page, "table")
            settled(page)
            assert serious(page, "#main") == [], link


def test_nothing_scrolls_sideways_on_a_phone(browser, playground):
    with visiting(browser, playground, "restarts=2", **PHONE) as page:
        ask(page, "store.send({ do: 'look', row: 3 })")
        for link in ("restarts=2", "hidden=16,16,16,16,16,16&problem=regression", "dataset=drawn&drawn=1:1:0,2:2:1"):
            page.evaluate("(link) => { location.hash = link; }", link)
            agreed(page)
            for name in PANELS:
                open_tab(page, name)
                drawn(page)
                wide = page.evaluate(
                    "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth, innerWidth]"
                )
                assert wide == [390, 390, 390], (link, name)


def test_reduced_motion_stops_the_flow(browser, playground):
    flowing = "getComputedStyle(document.querySelector('.flow')).animationName"
    with visiting(browser, playground, "speed=1") as page:
        page.click("#run")
        page.wait_for_selector("body[data-status=running]", state="attached")
        assert ask(page, flowing) == "flow"
        page.emulate_media(reduced_motion="reduce")
        assert ask(page, flowing) == "none"
        running = "document.getAnimations().filter(({ playState }) => playState === 'running').length"
        assert ask(page, running) == 0

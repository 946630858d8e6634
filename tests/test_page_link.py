"""The address holds everything: a link restores it, those of TensorFlow Playground too, and a reload resumes."""

from __future__ import annotations

import pytest

from pages import agreed, ask, drawn, equal, parameters, ready, train, until, visiting

pytestmark = pytest.mark.slow

EVERYTHING = {
    "problem": "regression",
    "dataset": "reg-gauss",
    "noise": 15,
    "share": 70,
    "points": 300,
    "data_seed": 3,
    "features": ["x", "x2", "siny"],
    "inputs": "normalised",
    "categories": "number",
    "hidden": [3, 5, 2],
    "activation": "gelu",
    "kernel_initializer": "uniform(0.5)",
    "seed": 9,
    "optimizer": "rmsprop",
    "learning_rate": 0.004,
    "batch": 25,
    "penalty": "l1",
    "penalty_rate": 0.002,
    "restarts": 2,
    "speed": "10",
    "drawn": [[1.5, -2, 1], [0.25, 3, -1]],
    "target": "a, b & c",
    "across": "ü=1",
    "up": "<i>",
    "view": "pca",
    "row": 4,
}
VIEWED = {
    "show_test": True,
    "discretize": True,
    "theme": "dark",
    "log": True,
    "hide": ["noise", "health"],
    "lesson": "xor",
}


def test_a_link_restores_every_choice(browser, playground):
    with visiting(browser, playground) as page:
        defaults = ask(page, "structuredClone(store.settings)")
        assert all(value != defaults[key] for key, value in EVERYTHING.items())
        page.evaluate("(all) => ffnn.store.set(all)", EVERYTHING)
        page.evaluate("(all) => ffnn.store.show(all)", VIEWED)
        assert {*EVERYTHING} | {"loss"} == {*ask(page, "Object.keys(store.settings)")}
        assert {*VIEWED} == {*ask(page, "Object.keys(store.view)")}
        until(page, "location.hash.includes('lesson=xor')")
        link = ask(page, "location.hash")
    with visiting(browser, playground, link[1:]) as page:
        equal(page, "store.scene.settings", defaults | EVERYTHING)
        assert ask(page, "store.settings") == defaults | EVERYTHING
        assert ask(page, "store.view") == VIEWED
        drawn(page)
        assert page.get_attribute("html", "data-theme") == "dark"
        assert page.input_value("#set-activation") == "gelu"
        assert page.is_hidden("#set-noise")
        assert page.is_hidden("#tab-health")
        assert page.is_checked("#view-log")
        assert page.get_attribute("#lesson-xor", "aria-pressed") == "true"
        assert ask(page, "location.hash") == link
        page.evaluate("() => { location.hash = '#loss=cross_entropy&drawn=1:1:0,-1:-1:1,2:0:2&dataset=drawn'; }")
        changed = {"loss": "cross_entropy", "drawn": [[1, 1, 0], [-1, -1, 1], [2, 0, 2]], "dataset": "drawn"}
        equal(page, "store.scene.settings", defaults | changed)


def test_what_a_link_cannot_mean_is_left_out(browser, playground):
    wrong = "hidden=4,99&learning_rate=fast&activation=sine&noise=2000&batch=&points=&x=<img src=x>&nothing"
    wrong += "&drawn=1:2,a:b:c,1:1:0.5"
    with visiting(browser, playground, wrong) as page:
        usual = {
            "hidden": [4, 2],
            "learning_rate": 0.03,
            "activation": "tanh",
            "noise": 50,
            "batch": 10,
            "points": None,
        }
        settings = ask(page, "store.scene.settings")
        assert usual.items() <= settings.items()
        assert settings["drawn"] == [[1, 1, 0.5]]


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("dataset=reg-plane", {"problem": "regression", "dataset": "reg-plane"}),
        ("problem=regression&loss=cross_entropy", {"dataset": "reg-plane", "loss": "mean_squared_error"}),
        ("dataset=drawn&drawn=1:2:7,1:1:0.5,2:2:1,1e9:2:0", {"dataset": "drawn", "drawn": [[2, 2, 1]]}),
        (f"target={'x' * 1500}", {"target": ""}),
        ("activation=constructor&batch=toString", {"activation": "tanh", "batch": 10}),
    ],
)
def test_what_does_not_go_together_loses_nothing_else(browser, playground, link, meant):
    with visiting(browser, playground, f"{link}&hidden=8,7") as page:
        equal(page, "store.scene.settings.hidden", [8, 7])
        assert meant.items() <= ask(page, "store.scene.settings").items()
        assert page.is_hidden("#refused")
        page.evaluate("() => { location.hash = '#dataset=table&hidden=7'; }")
        page.wait_for_selector("#refused:has-text('open one first')")
        equal(page, "store.scene.settings.hidden", [7])


def test_a_change_just_before_a_reload_is_not_lost(browser, playground):
    with visiting(browser, playground, "seed=3") as page:
        for _ in range(2):
            page.click("#add-layer")
        page.reload()
        page.wait_for_selector("body[data-status=paused]", state="attached")
        equal(page, "store.scene.settings.hidden", [4, 2, 2, 2])
        until(page, "location.hash.includes('hidden=4,2,2,2')")


def test_a_table_does_not_travel_in_a_link_but_all_else_does(browser, playground):
    link = "problem=regression&dataset=table&hidden=3&seed=4&target=price&inputs=normalised"
    with visiting(browser, playground, link) as page:
        page.wait_for_selector("#refused:has-text('open one first')")
        said = {"problem": "regression", "dataset": "reg-plane", "hidden": [3], "seed": 4, "inputs": "normalised"}
        settings = agreed(page)
        assert {key: settings[key] for key in said} == said
        assert ask(page, "store.settings.dataset") == "reg-plane"


def test_a_table_that_is_chosen_and_not_there_leaves_what_there_was(browser, playground):
    with visiting(browser, playground, "dataset=xor") as page:
        ask(page, "store.set({ dataset: 'table' })")
        page.wait_for_selector("#refused:has-text('open one first')")
        assert ask(page, "store.settings.dataset") == agreed(page)["dataset"] == "xor"


LINK = (
    "activation=relu&regularization=L2&batchSize=12&dataset=gauss&regDataset=reg-plane&learningRate=0.1&"
    "regularizationRate=0.003&noise=20&networkShape=5,3&seed=0.85123&showTestData=true&discretize=true&percTrainData=70&"
    "x=true&y=false&xTimesY=true&xSquared=false&ySquared=false&cosX=false&sinX=true&cosY=false&sinY=false&"
    "collectStats=false&problem=classification&initZero=false&hideText=false&noise_hide=true&playButton_hide=true&"
    "xSquared_hide=true"
)


def test_links_of_tensorflow_playground_work(browser, playground):
    with visiting(browser, playground, LINK) as page:
        said = {
            "activation": "relu",
            "penalty": "l2",
            "batch": 12,
            "dataset": "gauss",
            "learning_rate": 0.1,
            "penalty_rate": 0.003,
            "noise": 20,
            "hidden": [5, 3],
            "share": 70,
            "features": ["x", "xy", "sinx"],
            "seed": 85123,
        }
        settings = ask(page, "store.scene.settings")
        assert {key: settings[key] for key in said} == said
        drawn(page)
        assert page.is_checked("#view-show_test")
        assert page.is_checked("#view-discretize")
        for hidden in ("#set-noise", "#run", "#feature-x2"):
            assert page.is_hidden(hidden), hidden
        assert page.is_visible("#step")
        page.evaluate("() => { location.hash = '#problem=regression&regDataset=reg-gauss&dataset=xor'; }")
        equal(page, "[store.scene.settings.problem, store.scene.settings.dataset]", ["regression", "reg-gauss"])


def test_a_reload_resumes(browser, playground):
    with visiting(browser, playground, "speed=10") as page:
        train(page, 50)
        before, epoch = parameters(page), ask(page, "store.frame.epoch")
        page.reload()
        ready(page)
        equal(page, "store.frame?.epoch", epoch)
        assert parameters(page) == before
        page.fill("#set-seed", "5")
        page.keyboard.press("Enter")
        page.click("#run")
        until(page, "store.frame?.epoch > 5 && location.hash.includes('seed=5')")
        page.reload()
        ready(page, "running")
        until(page, "store.frame?.epoch > 5")
        assert ask(page, "[store.settings.seed, store.settings.speed]") == [5, "10"]

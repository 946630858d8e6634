"""One's own table on the page: opened, dropped, refused, learned and seen; and all that can be taken away."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import polars as pl
import pytest

from commands import run
from pages import agreed, ask, equal, open_tab, painted, parameters, settled, train, until, visiting

pytestmark = pytest.mark.slow

NASTY = "<img src=x onerror=\"document.title='broken into'\">"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Tables: 50,000 rows of two classes, three classes with markup in their names, numbers, and none at all."""
    folder = tmp_path_factory.mktemp("tables")
    draw = np.random.default_rng(0)
    large = draw.normal(size=(50_000, 4))
    label = np.where(large[:, 0] * large[:, 1] > 0, "same", "other")
    pl.DataFrame({**{f"c{place}": large[:, place] for place in range(4)}, "label": label}).write_csv(
        folder / "large.csv"
    )
    kind = draw.integers(0, 3, 300)
    pl.DataFrame(
        {
            "width": kind + draw.normal(scale=0.2, size=300),
            NASTY: draw.normal(size=300),
            "height": draw.normal(size=300) - kind,
            "colour": draw.choice(["red", "green", "blue"], 300),
            "kind": np.array(["oak", NASTY, "elm"])[kind],
        }
    ).write_csv(folder / "three.csv")
    x = draw.uniform(-1, 1, (400, 2))
    pl.DataFrame({"a": x[:, 0], "b": x[:, 1], "price": 100 + 20 * x[:, 0] - 5 * x[:, 1]}).write_csv(
        folder / "numbers.csv"
    )
    (folder / "bad.csv").write_text("a,b\n1,2\n3\n" + "x" * 10)
    (folder / "empty.csv").write_text("")
    return folder


@pytest.fixture
def page(page):
    open_tab(page, "table")
    return page


def load(page, path):
    """Open a table as a person does; when it is there, and compiled."""
    page.set_input_files("#table-file", path)
    equal(page, "store.scene.table?.name", path.name)
    page.wait_for_selector(f"#table-outcome:has-text('{path.name} is open')")
    until(page, "store.scene.settings.inputs === 'normalised' && store.frame?.status === 'paused'")


def test_a_table_of_fifty_thousand_rows_is_opened_and_learned(page, files):
    load(page, files / "large.csv")
    assert page.inner_text("#table-name") == "large.csv: 50,000 rows, 5 columns"
    assert ask(page, "[store.scene.rows.train, store.scene.rows.test]") == [25_000, 25_000]
    assert ask(page, "store.scene.classes") == ["other", "same"]
    assert page.input_value("#set-target") == "label"
    page.select_option("#set-optimizer", "adam")
    page.fill("#set-batch", "200")
    page.keyboard.press("Enter")
    page.click("#run")
    until(page, "store.frame.figures.test.accuracy > 0.9", 40)
    page.click("#run")


def test_a_file_is_dropped_anywhere_on_the_page(page, files):
    content = (files / "large.csv").read_text()
    dropped = page.evaluate_handle(
        """(content) => {
            const carried = new DataTransfer();
            carried.items.add(new File([content], "dropped.csv", { type: "text/csv" }));
            return carried;
        }""",
        content,
    )
    page.dispatch_event("#diagram", "dragenter", {"dataTransfer": dropped})
    assert page.is_visible(".table-veil")
    page.dispatch_event("#diagram", "drop", {"dataTransfer": dropped})
    assert page.is_hidden(".table-veil")
    equal(page, "store.scene.table?.name", "dropped.csv")
    assert ask(page, "store.scene.table.rows") == 50_000


def test_a_table_that_cannot_be_read_is_refused_in_a_sentence(browser, playground, files):
    with visiting(browser, playground, peaceful=False) as page:  # the browser itself tells of each answer 400
        open_tab(page, "table")
        for name in ("bad.csv", "empty.csv"):
            page.set_input_files("#table-file", files / name)
            page.wait_for_selector(f"#table-outcome:has-text('{name}')")
            until(page, "!/being (sent|read)/.test(document.querySelector('#table-outcome').textContent)")
            told = page.inner_text("#table-outcome")
            assert name in told
            assert "/tmp" not in told
            assert len(told) > 30
        assert agreed(page)["dataset"] == "circle"


def test_a_dropped_file_that_is_none_is_refused_where_one_sees_it(browser, playground):
    with visiting(browser, playground, peaceful=False) as page:
        dropped = page.evaluate_handle("""() => {
            const carried = new DataTransfer();
            carried.items.add(new File(["x"], "photo.jpg", { type: "image/jpeg" }));
            return carried;
        }""")
        page.dispatch_event("#diagram", "drop", {"dataTransfer": dropped})
        page.wait_for_selector("#table-outcome:has-text('photo.jpg'):visible")


def test_a_table_that_is_not_used_is_still_there_after_a_reload(browser, playground, files):
    with visiting(browser, playground) as page:
        open_tab(page, "table")
        load(page, files / "three.csv")
        page.click("#dataset-circle")
        equal(page, "store.scene.settings.dataset", "circle")
        page.reload()
        page.wait_for_selector("body[data-status=paused]", state="attached")
        open_tab(page, "table")
        page.wait_for_selector("#table-name:has-text('three.csv is still open')")
        page.click("#table-again")
        equal(page, "store.scene.table?.name", "three.csv")


def test_what_is_being_sent_can_be_stopped(page, files):
    page.route("**/table?*", lambda route: None)  # it never arrives
    page.set_input_files("#table-file", files / "large.csv")
    page.wait_for_selector("#table-progress:not([hidden])")
    page.click("#table-stop")
    page.wait_for_selector("#table-outcome:has-text('large.csv was not sent')")
    assert page.is_hidden("#table-progress")
    page.unroute("**/table?*")


def test_three_classes_and_names_with_markup(page, files):
    load(page, files / "three.csv")
    assert ask(page, "store.scene.classes").count(NASTY) == 1
    assert ask(page, "store.scene.widths.at(-1)") == 3
    page.fill("#set-learning_rate", "0.1")
    page.keyboard.press("Enter")
    train(page, 60)
    until(page, "store.frame.figures.test.accuracy > 0.8")
    assert NASTY in page.inner_text("#confusion-table")
    assert NASTY in page.inner_text("#table-columns")
    assert NASTY in page.inner_text(".legend")
    row = ask(page, f"store.scene.classes.indexOf({json.dumps(NASTY)})")
    page.click(f"#confusion-{row}-{row}")
    right = "store.scene.test[point] === 1 && store.scene.truth[point] === %d && store.frame.predicted[point] === %d"
    points = f"[...store.scene.truth.keys()].filter((point) => {right % (row, row)})"
    until(page, "store.highlight.size > 0")
    assert ask(page, "[...store.highlight]") == ask(page, points)
    assert page.inner_text(f"#confusion-{row}-{row}") == str(ask(page, points + ".length"))
    page.click("#confusion-train")
    trained = points.replace("test[point] === 1", "test[point] === 0")
    until(page, f"store.highlight.size === {trained}.length && store.scene.test[[...store.highlight][0]] === 0")
    page.click("#confusion-clear")
    equal(page, "store.highlight.size", 0)
    page.click("#confusion-test")
    ask(page, "store.send({ do: 'look', row: 0 })")
    for name in ("inside", "health", "table"):
        open_tab(page, name)
        settled(page)
    assert page.locator("img").count() == 0
    assert page.title() == "ffnn playground"


def test_target_plane_row_and_categories_are_chosen(page, files):
    load(page, files / "three.csv")
    page.select_option("#set-up", "height")
    page.select_option("#set-across", "width")
    equal(page, "store.scene.axes", ["width", "height"])
    before = painted(page, "#field .map")
    page.fill("#set-row", "7")
    page.keyboard.press("Enter")
    equal(page, "store.scene.settings.row", 7)
    page.select_option("#set-view", "pca")
    equal(page, "store.scene.settings.view", "pca")
    until(page, "document.querySelector('#set-across').disabled")
    assert painted(page, "#field .map") != before
    page.select_option("#set-view", "plane")
    widths = ask(page, "store.scene.widths[0]")
    page.select_option("#set-categories", "number")
    assert agreed(page)["categories"] == "number"
    assert ask(page, "store.scene.widths[0]") == widths - 3
    open_tab(page, "tricks")
    for value, identity in (("one-hot", "one_hot"), ("number", "number"), ("one-hot", "one_hot")):
        page.check(f"#trick-categories-{identity}")
        assert agreed(page)["categories"] == value
    open_tab(page, "table")
    page.select_option("#set-target", "colour")
    equal(page, "store.scene.classes", ["blue", "green", "red"])
    page.select_option("#set-target", "width")
    equal(page, "store.scene.settings.problem", "regression")
    page.click("#dataset-reg-plane")
    equal(page, "store.scene.settings.dataset", "reg-plane")
    page.click("#table-again")
    equal(page, "store.scene.table?.name", "three.csv")


def test_numbers_are_seen_as_predicted_against_true(page, files):
    load(page, files / "numbers.csv")
    equal(page, "store.scene.settings.problem", "regression")
    assert page.is_hidden("#confusion-table")
    page.click("#scatter-section h3")
    until(page, "document.querySelector('#scatter').width > 100")
    before = painted(page, "#scatter")
    train(page, 60)
    settled(page)
    assert painted(page, "#scatter") != before
    assert float(page.inner_text("#scatter-figures").split("Test: R² ")[1].split(",")[0]) > 0.9
    predicted, truth = ask(page, "[[...store.frame.predicted], [...store.scene.truth]]")
    worst = int(np.abs(np.subtract(predicted, truth)).argmax())
    assert page.inner_text("#worst-0").startswith(f"point {worst}: ")
    page.click("#worst-0")
    equal(page, "store.frame.look?.row", worst)
    assert ask(page, "[...store.highlight]") == [worst]
    box = page.locator("#scatter").bounding_box()
    ask(page, "store.highlightPoints([])")
    page.mouse.click(box["x"] + box["width"] / 2 + 20, box["y"] + box["height"] / 2 - 20)
    until(page, "store.highlight.size === 1")


def saved(page, button):
    """The file that a button saves."""
    with page.expect_download() as download:
        page.click(f"#{button}")
        page.wait_for_selector("#export-outcome:has-text('is saved')")
    name = download.value.suggested_filename
    page.wait_for_selector(f"#export-outcome:has-text('{name} is saved')")
    return name, download.value.path()


def test_everything_can_be_taken_away(page, files, tmp_path, capfd):
    load(page, files / "three.csv")
    train(page, 20)
    open_tab(page, "exports")
    name, path = saved(page, "export-model")
    assert name == "model.safetensors"
    code, out, err = run(capfd, "predict", path, files / "three.csv", "-o", tmp_path / "out.csv")
    assert (code, err) == (0, ""), (out, err)
    assert len(pl.read_csv(tmp_path / "out.csv")) == 300
    name, path = saved(page, "export-points")
    assert (name, len(pl.read_csv(path))) == ("points.csv", 300)
    for button, file in (("export-tf", "network_tf.py"), ("export-ff", "train_ff.py")):
        name, path = saved(page, button)
        assert name == file
        compile(path.read_text(), file, "exec")
    name, path = saved(page, "export-svg")
    assert (name, ET.fromstring(path.read_text()).tag) == ("network.svg", "{http://www.w3.org/2000/svg}svg")
    name, path = saved(page, "export-png")
    assert (name, path.read_bytes()[:4]) == ("network.png", b"\x89PNG")


def test_link_and_weights_are_copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "store.set({ dataset: 'circle', inputs: 'raw', hidden: [3], seed: 4, target: '', learning_rate: 0.03 })")
    equal(page, "store.scene.settings.seed", 4)
    until(page, "store.frame")
    open_tab(page, "exports")
    page.click("#export-link")
    page.wait_for_selector("#export-outcome:has-text('Link copied')")
    assert "hidden=3&" in page.evaluate("() => navigator.clipboard.readText()")
    page.click("#export-weights")
    page.wait_for_selector("#export-outcome:has-text('Weights copied')")
    told = json.loads(page.evaluate("() => navigator.clipboard.readText()"))
    numbers = [number for layer in told["layers"] for row in [*layer["kernel"], layer["bias"]] for number in row]
    assert numbers == parameters(page)
    page.context.clear_permissions()
    page.click("#export-link")
    page.wait_for_selector("#export-outcome textarea, #export-outcome:has-text('copied')")

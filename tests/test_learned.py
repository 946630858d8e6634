from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from ffnn import FeedforwardClassifier, pages, train
from ffnn.console.terminal import number
from ffnn.models.model import Model

EVIL = "<script>alert(1)</script>\x1b[31m"
CHOICES = {"recipe": "plain", "hidden": (4,), "epochs": 6, "restarts": 2}
DRAW = np.random.default_rng(0)
TABLE = pl.DataFrame(
    {
        EVIL: DRAW.normal(size=100),
        "colour": DRAW.choice(["red", "<b>blue</b>"], 100),
        "same": ["x"] * 100,
        "<i>y</i>": DRAW.choice(["<up>", "down"], 100),
    }
)


class Tags(HTMLParser):
    """The tags that are opened, each closed in its turn, and what is fetched."""

    def __init__(self, page):
        super().__init__()
        self.seen, self.open, self.fetched = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.fetched += [value for name, value in attributes if name in ("src", "href") or name.startswith("on")]
        if tag != "path":
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def model():
    return train(TABLE, "<i>y</i>", refit=False, **CHOICES)


def test_a_notebook_sees_scores_columns_and_curves_and_nothing_is_run_or_fetched(model):
    shown = model._repr_html_()
    tags = Tags(shown)
    assert tags.open == tags.fetched == []
    assert not set(tags.seen) & {"script", "img", "iframe", "link", "i", "up"}
    assert tags.seen.count("b") == 1  # our own
    assert "http" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m" in shown
    assert "<td>not an input: every cell is the same</td>" in shown
    for of in ("test", "linear", "constant", "validation"):
        assert f"<td>{number(model.scores[of]['accuracy'])}" in shown
    assert tags.seen.count("polyline") == 2
    assert "prefers-color-scheme: dark" in shown
    assert re.search(r"classes: &lt;up&gt;, down|classes: down, &lt;up&gt;", shown)


def test_numbers_and_a_model_without_a_record_are_shown_too(model):
    numbers = train(TABLE.with_columns(a=pl.col(EVIL) * 2, b=pl.col(EVIL) ** 2), ["a", "b"], refit=True, **CHOICES)
    shown = numbers._repr_html_()
    assert "<b>a and b</b>: numbers; by 2 networks" in shown
    assert f"These are the scores before the refit on all {len(TABLE)} rows." in shown
    bare = Model(model.schema, model.encoder, model.target, model.network, model.parameters, origin="playground")
    assert set(Tags(bare._repr_html_()).seen).isdisjoint({"svg", "figure"})


def test_curves_are_drawn_on_a_logarithmic_scale():
    drawn = pages.lines([np.array([100.0, 10.0, 1.0]), np.array([1.0, 1.0, 100.0])], 'a "label"')
    points = [
        [tuple(map(float, point.split(","))) for point in line.split()]
        for line in re.findall('points="([^"]*)"', drawn)
    ]
    assert points == [[(2, 2), (120, 36), (238, 70)], [(2, 70), (120, 70), (238, 2)]]
    assert 'aria-label="a &quot;label&quot;"' in drawn
    flat = pages.lines([np.zeros(1000)], "")
    assert "nan" not in flat
    assert len(flat) < 5000


def test_an_estimator_is_scikit_learns_diagram_followed_by_its_model():
    x, y = TABLE.select(EVIL, "colour").to_pandas(), TABLE["<i>y</i>"].to_numpy()
    estimator = FeedforwardClassifier(**CHOICES, random_state=0)
    assert "sk-top-container" in estimator._repr_html_()
    assert 'class="ffnn"' not in estimator._repr_html_()
    fitted = estimator.fit(x, y)
    for shown in (fitted._repr_html_(), fitted._repr_mimebundle_()["text/html"]):
        assert "sk-top-container" in shown.removesuffix(fitted.model_._repr_html_())
        assert shown.endswith(fitted.model_._repr_html_())
    assert 'class="ffnn"' not in clone(fitted)._repr_html_()
    assert make_pipeline(fitted)._repr_html_().count('class="ffnn"') == 0

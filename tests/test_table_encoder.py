from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from ffnn import FeedforwardClassifier, TableEncoder, TableWarning
from ffnn.errors import ChoiceError, FeedforwardError

DRAW = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "id": [f"k{row}" for row in range(80)],
        "size": DRAW.normal(5, 2, 80),
        "colour": DRAW.choice(["red", "green", "blue"], 80),
        "price": [f"${1000 + row * 37:,}" for row in range(80)],
        "same": "x",
    }
)
SIDE = np.where(FRAME["colour"] == "red", "left", "right")


@parametrize_with_checks([TableEncoder(), TableEncoder(scaling="robust", whitening="pca")])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def test_a_table_is_encoded_as_experts_would():
    encoder = TableEncoder(scaling="standard").set_output(transform="pandas")
    encoded = encoder.fit_transform(FRAME)
    assert [column.kind for column in encoder.schema_.columns] == [
        "identifier", "number", "category", "number", "constant",
    ]  # fmt: skip
    prices = FRAME["price"].str.replace(r"[$,]", "", regex=True).astype(float)
    numbers = StandardScaler().fit_transform(np.c_[FRAME["size"], prices])
    np.testing.assert_allclose(encoded[["size", "price"]], numbers, atol=1e-5)
    dummies = pd.get_dummies(FRAME["colour"]).add_prefix("colour=")
    np.testing.assert_array_equal(encoded[dummies.columns], dummies)
    assert list(encoded.columns) == encoder.get_feature_names_out().tolist()


def test_it_is_the_encoder_of_a_training_run():
    known = FRAME.drop(columns="same")
    model = FeedforwardClassifier(recipe="plain", hidden=(4,), restarts=1, epochs=1).fit(known, SIDE).model_
    own = TableEncoder(scaling="standard").fit(known).transform(known.head(7))
    np.testing.assert_array_equal(own, model.encode(known.head(7)).numbers)


def test_another_estimator_stands_on_it():
    scores = cross_val_score(make_pipeline(TableEncoder(), LogisticRegression()), FRAME, SIDE, cv=4)
    assert scores.min() > 0.9


def test_numbers_are_scaled_as_is_said():
    sizes = FRAME[["size"]]
    ranks = (
        QuantileTransformer(n_quantiles=80, output_distribution="normal")
        .fit(sizes.to_numpy())
        .transform(sizes.to_numpy())
    )
    ours = TableEncoder(scaling="quantile").fit_transform(sizes)
    assert np.corrcoef(ours[:, 0], ranks[:, 0])[0, 1] > 0.99
    with pytest.raises(FeedforwardError, match="scaling"):
        TableEncoder(scaling="quantil").fit(sizes)
    with pytest.raises(FeedforwardError, match="whitening"):
        TableEncoder(whitening="pcb").fit(sizes)
    with pytest.raises(ChoiceError, match="columns gives the type of each column by its name"):
        TableEncoder(columns=["size"]).fit(sizes)


def test_what_was_never_seen_is_said():
    encoder = TableEncoder().fit(FRAME)
    with pytest.warns(TableWarning, match="'colour': 1 cells hold a level that training did not see, such as 'mauve'"):
        encoder.transform(FRAME.head(2).assign(colour=["red", "mauve"]))

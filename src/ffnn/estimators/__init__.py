"""Scikit-learn's contract: estimators that train as `ffnn train` does, and the encoder of its tables.

They go where scikit-learn's own estimators go: `Pipeline`, `GridSearchCV`, `cross_val_score`, `clone`, `pickle`. They
need scikit-learn, which the rest of ffnn does without.
"""

from ffnn.estimators.encoding import TableEncoder as TableEncoder
from ffnn.estimators.networks import FeedforwardClassifier as FeedforwardClassifier
from ffnn.estimators.networks import FeedforwardRegressor as FeedforwardRegressor

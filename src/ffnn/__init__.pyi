"""The names of `ffnn`, for editors and type checkers. Written by `make stubs`."""

from ffnn import tf as tf
from ffnn.errors import ChoiceError as ChoiceError
from ffnn.errors import FeedforwardError as FeedforwardError
from ffnn.errors import ModelFileError as ModelFileError
from ffnn.errors import OutputError as OutputError
from ffnn.errors import RecipeError as RecipeError
from ffnn.errors import TableError as TableError
from ffnn.errors import TrainingError as TrainingError
from ffnn.estimators.encoding import TableEncoder as TableEncoder
from ffnn.estimators.networks import FeedforwardClassifier as FeedforwardClassifier
from ffnn.estimators.networks import FeedforwardRegressor as FeedforwardRegressor
from ffnn.learn import train as train
from ffnn.learn import training_run as training_run
from ffnn.learning.plan import TrainingRun as TrainingRun
from ffnn.looking.overview import look as look
from ffnn.models.file import load as load
from ffnn.models.model import Model as Model
from ffnn.recipes.recipe import Recipe as Recipe
from ffnn.tables.contract import TableWarning as TableWarning
from ffnn.tables.formats.reading import read as read
from ffnn.tables.formats.understood import Reading as Reading

__all__ = [
    "ChoiceError",
    "FeedforwardClassifier",
    "FeedforwardError",
    "FeedforwardRegressor",
    "Model",
    "ModelFileError",
    "OutputError",
    "Reading",
    "Recipe",
    "RecipeError",
    "TableEncoder",
    "TableError",
    "TableWarning",
    "TrainingError",
    "TrainingRun",
    "load",
    "look",
    "read",
    "tf",
    "train",
    "training_run",
]

__version__: str

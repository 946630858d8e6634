"""The names of `ffnn.tf.keras`, for editors and type checkers. Written by `make stubs`."""

from ffnn.tf.keras import activations as activations
from ffnn.tf.keras import callbacks as callbacks
from ffnn.tf.keras import initializers as initializers
from ffnn.tf.keras import layers as layers
from ffnn.tf.keras import losses as losses
from ffnn.tf.keras import metrics as metrics
from ffnn.tf.keras import models as models
from ffnn.tf.keras import optimizers as optimizers
from ffnn.tf.keras import utils as utils
from ffnn.tf.keras.layers import Input as Input
from ffnn.tf.keras.models import Sequential as Sequential

__all__ = [
    "Input",
    "Sequential",
    "activations",
    "callbacks",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "utils",
]

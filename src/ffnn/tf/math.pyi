"""The names of `ffnn.tf.math`, for editors and type checkers. Written by `make stubs`."""

from ffnn.tf.mathematics import abs as abs
from ffnn.tf.mathematics import add as add
from ffnn.tf.mathematics import add_n as add_n
from ffnn.tf.mathematics import argmax as argmax
from ffnn.tf.mathematics import argmin as argmin
from ffnn.tf.mathematics import ceil as ceil
from ffnn.tf.mathematics import cos as cos
from ffnn.tf.mathematics import cumsum as cumsum
from ffnn.tf.mathematics import divide as divide
from ffnn.tf.mathematics import divide_no_nan as divide_no_nan
from ffnn.tf.mathematics import equal as equal
from ffnn.tf.mathematics import erf as erf
from ffnn.tf.mathematics import exp as exp
from ffnn.tf.mathematics import expm1 as expm1
from ffnn.tf.mathematics import floor as floor
from ffnn.tf.mathematics import floordiv as floordiv
from ffnn.tf.mathematics import floormod as floormod
from ffnn.tf.mathematics import floormod as mod
from ffnn.tf.mathematics import greater as greater
from ffnn.tf.mathematics import greater_equal as greater_equal
from ffnn.tf.mathematics import is_finite as is_finite
from ffnn.tf.mathematics import is_inf as is_inf
from ffnn.tf.mathematics import is_nan as is_nan
from ffnn.tf.mathematics import less as less
from ffnn.tf.mathematics import less_equal as less_equal
from ffnn.tf.mathematics import log as log
from ffnn.tf.mathematics import log1p as log1p
from ffnn.tf.mathematics import logical_and as logical_and
from ffnn.tf.mathematics import logical_not as logical_not
from ffnn.tf.mathematics import logical_or as logical_or
from ffnn.tf.mathematics import logical_xor as logical_xor
from ffnn.tf.mathematics import maximum as maximum
from ffnn.tf.mathematics import minimum as minimum
from ffnn.tf.mathematics import multiply as multiply
from ffnn.tf.mathematics import negative as negative
from ffnn.tf.mathematics import not_equal as not_equal
from ffnn.tf.mathematics import pow as pow
from ffnn.tf.mathematics import reciprocal as reciprocal
from ffnn.tf.mathematics import reduce_all as reduce_all
from ffnn.tf.mathematics import reduce_any as reduce_any
from ffnn.tf.mathematics import reduce_logsumexp as reduce_logsumexp
from ffnn.tf.mathematics import reduce_max as reduce_max
from ffnn.tf.mathematics import reduce_mean as reduce_mean
from ffnn.tf.mathematics import reduce_min as reduce_min
from ffnn.tf.mathematics import reduce_prod as reduce_prod
from ffnn.tf.mathematics import reduce_std as reduce_std
from ffnn.tf.mathematics import reduce_sum as reduce_sum
from ffnn.tf.mathematics import reduce_variance as reduce_variance
from ffnn.tf.mathematics import round as round
from ffnn.tf.mathematics import rsqrt as rsqrt
from ffnn.tf.mathematics import sigmoid as sigmoid
from ffnn.tf.mathematics import sign as sign
from ffnn.tf.mathematics import sin as sin
from ffnn.tf.mathematics import sqrt as sqrt
from ffnn.tf.mathematics import square as square
from ffnn.tf.mathematics import squared_difference as squared_difference
from ffnn.tf.mathematics import subtract as subtract
from ffnn.tf.mathematics import tan as tan
from ffnn.tf.mathematics import tanh as tanh
from ffnn.tf.nn import log_softmax as log_softmax
from ffnn.tf.nn import softmax as softmax
from ffnn.tf.nn import softplus as softplus
from ffnn.tf.nn import softsign as softsign

__all__ = [
    "abs",
    "add",
    "add_n",
    "argmax",
    "argmin",
    "ceil",
    "cos",
    "cumsum",
    "divide",
    "divide_no_nan",
    "equal",
    "erf",
    "exp",
    "expm1",
    "floor",
    "floordiv",
    "floormod",
    "greater",
    "greater_equal",
    "is_finite",
    "is_inf",
    "is_nan",
    "less",
    "less_equal",
    "log",
    "log1p",
    "log_softmax",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "negative",
    "not_equal",
    "pow",
    "reciprocal",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_std",
    "reduce_sum",
    "reduce_variance",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "sin",
    "softmax",
    "softplus",
    "softsign",
    "sqrt",
    "square",
    "squared_difference",
    "subtract",
    "tan",
    "tanh",
]

"""The names of `ffnn.tf`, for editors and type checkers. Written by `make stubs`."""

from ffnn.tf import dtypes as dtypes
from ffnn.tf import errors as errors
from ffnn.tf import keras as keras
from ffnn.tf import linalg as linalg
from ffnn.tf import math as math
from ffnn.tf import nn as nn
from ffnn.tf import random as random
from ffnn.tf.arrays import as_tensor as convert_to_tensor
from ffnn.tf.arrays import broadcast_to as broadcast_to
from ffnn.tf.arrays import concat as concat
from ffnn.tf.arrays import expand_dims as expand_dims
from ffnn.tf.arrays import eye as eye
from ffnn.tf.arrays import fill as fill
from ffnn.tf.arrays import linspace as linspace
from ffnn.tf.arrays import ones as ones
from ffnn.tf.arrays import ones_like as ones_like
from ffnn.tf.arrays import pad as pad
from ffnn.tf.arrays import print_tensors as print
from ffnn.tf.arrays import range as range
from ffnn.tf.arrays import rank as rank
from ffnn.tf.arrays import reshape as reshape
from ffnn.tf.arrays import reverse as reverse
from ffnn.tf.arrays import shape as shape
from ffnn.tf.arrays import size as size
from ffnn.tf.arrays import split as split
from ffnn.tf.arrays import squeeze as squeeze
from ffnn.tf.arrays import stack as stack
from ffnn.tf.arrays import tile as tile
from ffnn.tf.arrays import transpose as transpose
from ffnn.tf.arrays import unstack as unstack
from ffnn.tf.arrays import zeros as zeros
from ffnn.tf.arrays import zeros_like as zeros_like
from ffnn.tf.control import cond as cond
from ffnn.tf.control import while_loop as while_loop
from ffnn.tf.dtypes import DType as DType
from ffnn.tf.dtypes import TensorShape as TensorShape
from ffnn.tf.dtypes import as_dtype as as_dtype
from ffnn.tf.dtypes import bool_ as bool
from ffnn.tf.dtypes import float32 as float32
from ffnn.tf.dtypes import float64 as double
from ffnn.tf.dtypes import float64 as float64
from ffnn.tf.dtypes import int32 as int32
from ffnn.tf.dtypes import int64 as int64
from ffnn.tf.dtypes import uint8 as uint8
from ffnn.tf.errors import BroadcastWarning as BroadcastWarning
from ffnn.tf.functions import function as function
from ffnn.tf.gradients import GradientTape as GradientTape
from ffnn.tf.gradients import UnconnectedGradients as UnconnectedGradients
from ffnn.tf.indexing import boolean_mask as boolean_mask
from ffnn.tf.indexing import gather as gather
from ffnn.tf.indexing import newaxis as newaxis
from ffnn.tf.indexing import one_hot as one_hot
from ffnn.tf.mathematics import abs as abs
from ffnn.tf.mathematics import add as add
from ffnn.tf.mathematics import add_n as add_n
from ffnn.tf.mathematics import argmax as argmax
from ffnn.tf.mathematics import argmin as argmin
from ffnn.tf.mathematics import cast as cast
from ffnn.tf.mathematics import clip_by_value as clip_by_value
from ffnn.tf.mathematics import cos as cos
from ffnn.tf.mathematics import cumsum as cumsum
from ffnn.tf.mathematics import divide as divide
from ffnn.tf.mathematics import equal as equal
from ffnn.tf.mathematics import exp as exp
from ffnn.tf.mathematics import floor as floor
from ffnn.tf.mathematics import greater as greater
from ffnn.tf.mathematics import greater_equal as greater_equal
from ffnn.tf.mathematics import identity as identity
from ffnn.tf.mathematics import less as less
from ffnn.tf.mathematics import less_equal as less_equal
from ffnn.tf.mathematics import logical_and as logical_and
from ffnn.tf.mathematics import logical_not as logical_not
from ffnn.tf.mathematics import logical_or as logical_or
from ffnn.tf.mathematics import matmul as matmul
from ffnn.tf.mathematics import maximum as maximum
from ffnn.tf.mathematics import minimum as minimum
from ffnn.tf.mathematics import multiply as multiply
from ffnn.tf.mathematics import negative as negative
from ffnn.tf.mathematics import norm as norm
from ffnn.tf.mathematics import not_equal as not_equal
from ffnn.tf.mathematics import pow as pow
from ffnn.tf.mathematics import reduce_all as reduce_all
from ffnn.tf.mathematics import reduce_any as reduce_any
from ffnn.tf.mathematics import reduce_logsumexp as reduce_logsumexp
from ffnn.tf.mathematics import reduce_max as reduce_max
from ffnn.tf.mathematics import reduce_mean as reduce_mean
from ffnn.tf.mathematics import reduce_min as reduce_min
from ffnn.tf.mathematics import reduce_prod as reduce_prod
from ffnn.tf.mathematics import reduce_sum as reduce_sum
from ffnn.tf.mathematics import round as round
from ffnn.tf.mathematics import sigmoid as sigmoid
from ffnn.tf.mathematics import sign as sign
from ffnn.tf.mathematics import sin as sin
from ffnn.tf.mathematics import sqrt as sqrt
from ffnn.tf.mathematics import square as square
from ffnn.tf.mathematics import squared_difference as squared_difference
from ffnn.tf.mathematics import stop_gradient as stop_gradient
from ffnn.tf.mathematics import subtract as subtract
from ffnn.tf.mathematics import tan as tan
from ffnn.tf.mathematics import tanh as tanh
from ffnn.tf.mathematics import where as where
from ffnn.tf.tensors import Tensor as Tensor
from ffnn.tf.tensors import constant as constant
from ffnn.tf.variables import Variable as Variable

__all__ = [
    "BroadcastWarning",
    "DType",
    "GradientTape",
    "Tensor",
    "TensorShape",
    "UnconnectedGradients",
    "Variable",
    "abs",
    "add",
    "add_n",
    "argmax",
    "argmin",
    "as_dtype",
    "bool",
    "boolean_mask",
    "broadcast_to",
    "cast",
    "clip_by_value",
    "concat",
    "cond",
    "constant",
    "convert_to_tensor",
    "cos",
    "cumsum",
    "divide",
    "double",
    "dtypes",
    "equal",
    "errors",
    "exp",
    "expand_dims",
    "eye",
    "fill",
    "float32",
    "float64",
    "floor",
    "function",
    "gather",
    "greater",
    "greater_equal",
    "identity",
    "int32",
    "int64",
    "keras",
    "less",
    "less_equal",
    "linalg",
    "linspace",
    "logical_and",
    "logical_not",
    "logical_or",
    "math",
    "matmul",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "newaxis",
    "nn",
    "norm",
    "not_equal",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "pow",
    "print",
    "random",
    "range",
    "rank",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "reshape",
    "reverse",
    "round",
    "shape",
    "sigmoid",
    "sign",
    "sin",
    "size",
    "split",
    "sqrt",
    "square",
    "squared_difference",
    "squeeze",
    "stack",
    "stop_gradient",
    "subtract",
    "tan",
    "tanh",
    "tile",
    "transpose",
    "uint8",
    "unstack",
    "where",
    "while_loop",
    "zeros",
    "zeros_like",
]

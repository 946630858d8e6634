"""`tf.math`: the names of mathematics."""

from __future__ import annotations

from ffnn.tf.names import fetch_when_used, listed

PLACES = {
    **listed(
        "mathematics",
        "abs add add_n argmax argmin ceil cos cumsum divide divide_no_nan equal erf exp expm1 floor floordiv floormod "
        "greater greater_equal is_finite is_inf is_nan less less_equal log log1p logical_and logical_not logical_or "
        "logical_xor maximum minimum multiply negative not_equal pow reciprocal reduce_all reduce_any "
        "reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_std reduce_sum reduce_variance round "
        "rsqrt sigmoid sign sin sqrt square squared_difference subtract tan tanh",
    ),
    "mod": "mathematics:floormod",
    **listed("nn", "log_softmax softmax softplus softsign"),
}

fetch_when_used(__name__, PLACES)

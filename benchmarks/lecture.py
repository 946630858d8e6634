"""The lecture's training loops under one vocabulary or the other, each in a process of its own.

`python benchmarks/lecture.py seconds MODULE FORM STEPS`: compiling is part of the time, importing is not.
"""

from __future__ import annotations

import os
import time
from importlib import import_module
from typing import Any

import numpy as np

from measure import serve

NETWORK = """
x=tf.constant([[0,0],[0,1],[1,0],[1,1]], tf.float32)
y_labels=tf.constant([[0],[1],[1],[0]], tf.float32)
W1 = tf.Variable(tf.random.truncated_normal([2,2], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([1,2], stddev=0.1, seed=2))
W2 = tf.Variable(tf.random.truncated_normal([2,1], stddev=0.1, seed=3))
b2 = tf.Variable(tf.random.truncated_normal([1,1], stddev=0.1, seed=4))
optimizer = tf.keras.optimizers.SGD(0.5)
eta = 0.5
losses = []

def run_network(x):
    h1=tf.sigmoid(tf.matmul(x,W1) + b1)
    y=tf.sigmoid(tf.matmul(h1,W2) + b2)
    return y

def calc_loss():
    y=run_network(x)
    deltas=tf.subtract(y, y_labels)
    squared_deltas=tf.square(deltas)
    loss=tf.reduce_sum(squared_deltas)
    return loss

@tf.function
def step():
    optimizer.minimize(calc_loss, [W1,b1,W2,b2])
"""

LOOP = """
for i in range(steps):
    STEP
    if (i%1000)==0:
        losses.append(calc_loss().numpy())
losses.append(run_network(x).numpy())
"""

FORMS = {
    "minimize": "optimizer.minimize(calc_loss, [W1,b1,W2,b2])",
    "function": "step()",
    "tape": """
    with tf.GradientTape() as tape:
        L=calc_loss()
        [dLdW1,dLdW2,dLdb1,dLdb2]=tape.gradient(L, [W1,W2,b1,b2])
        W1.assign(W1-dLdW1*eta)
        W2.assign(W2-dLdW2*eta)
        b1.assign(b1-dLdb1*eta)
        b2.assign(b2-dLdb2*eta)
""",
}


def seconds(module: str, form: str, steps: str) -> float:
    """Seconds of so many steps of exercise 3, with the loss looked at every 1,000."""
    os.environ["TF_USE_LEGACY_KERAS"] = "1"  # the last Keras whose optimizers have `minimize`
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    names: dict[str, Any] = {"tf": import_module(module), "steps": int(steps)}
    exec(NETWORK, names)
    begin = time.perf_counter()
    exec(LOOP.replace("STEP", FORMS[form]), names)
    return time.perf_counter() - begin


FITTED_ROWS, FITTED_INPUTS = 60_000, 784


def fitting(module: str, epochs: str) -> list[float]:
    """Seconds of so many calls of `fit`, one epoch each, of 784-512-256-10 on random rows; the first one compiles."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    keras = import_module(module).keras
    generator = np.random.default_rng(0)
    x = generator.random((FITTED_ROWS, FITTED_INPUTS), dtype=np.float32)
    y = generator.integers(0, 10, FITTED_ROWS)
    model = keras.Sequential([keras.layers.Dense(512, "relu"), keras.layers.Dense(256, "relu"), keras.layers.Dense(10)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    taken = []
    for _ in range(int(epochs)):
        begin = time.perf_counter()
        model.fit(x, y, batch_size=128, verbose=0)
        taken.append(time.perf_counter() - begin)
    return taken


def importing(module: str) -> float:
    """Seconds to import a vocabulary and make its first tensor."""
    begin = time.perf_counter()
    import_module(module).constant(1.0)
    return time.perf_counter() - begin


if __name__ == "__main__":
    serve({function.__name__: function for function in (seconds, fitting, importing)})

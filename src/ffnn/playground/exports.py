"""What can be taken along: the network as a model file or as programs, the points as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ffnn.models.model import Model
from ffnn.networks.arrays import Parameters
from ffnn.networks.layers import Dense, Network
from ffnn.playground.errors import PlaygroundError
from ffnn.playground.messages import FILES
from ffnn.playground.scene import Scene
from ffnn.playground.trainer import Trainer

EXAMPLES = 5
"""Points that a program predicts, to show that it is the same network."""


def export(name: str, trainer: Trainer) -> tuple[str, bytes]:
    """A file of that name, and its media type.

    Raises:
        PlaygroundError: There is no such file, or it cannot be made of this network.
    """
    if name not in FILES:
        raise PlaygroundError(f"there is no file {name!r} to export")
    if not trainer.scene.data.enough:
        raise PlaygroundError("there are too few points to export anything; draw some more")
    if not all(np.isfinite(array).all() for its in trainer.course.own for array in its.values()):
        raise PlaygroundError("this network has diverged; go back to its last good state first")
    return FILES[name], MAKERS[name](trainer)


def model_file(trainer: Trainer) -> bytes:
    """The network that is shown as a model that `ffnn predict` reads."""
    return model_of(trainer).to_bytes()


def model_of(trainer: Trainer) -> Model:
    """The network that is shown as a model.

    Raises:
        PlaygroundError: A category enters it as one number, which no model file knows.
    """
    scene = trainer.scene
    if scene.data.numbered:
        raise PlaygroundError("a model takes categories one-hot; switch categories to one-hot to export this network")
    network, parameters = logits(scene, trainer.course.own)
    stacked = tuple({name: array[None] for name, array in its.items()} for its in parameters)
    model = Model(scene.data.schema, scene.encoder, scene.data.target, network, stacked, "playground")
    held = scene.data.held
    rows = {"train": len(scene.data.training), "test": len(held)}
    test = model.score(model.outputs(scene.inputs.take(held)), scene.data.answers[held])
    return replace(model, scores={"rows": rows, "test": test})


def logits(scene: Scene, parameters: tuple[Parameters, ...]) -> tuple[Network, tuple[Parameters, ...]]:
    """The same network with linear outputs, one for each class, of which softmax makes its probabilities.

    tanh(s) read as 2p - 1 is p = sigmoid(2s), which is the softmax of -s and s.
    """
    *before, last = parameters
    outputs = len(scene.classes or (None,))
    if scene.classes and scene.widths[-1] == 1:
        last = {name: np.concatenate([-array, array], axis=-1) for name, array in last.items()}
    elif scene.classes and scene.settings.loss != "cross_entropy":
        last = {name: 2 * array for name, array in last.items()}
    layers = (*scene.network.layers[:-1], Dense(outputs, "linear", scene.settings.kernel_initializer))
    return Network(layers), (*before, last)


def points_file(trainer: Trainer) -> bytes:
    """The rows that train and judge: inputs and target."""
    data = trainer.scene.data
    return data.cells.with_columns(data.answers.to_series()).write_csv().encode()


def program(trainer: Trainer) -> bytes:
    """The network that is shown as a program in TensorFlow's words."""
    scene = trainer.scene
    examples = scene.inputs.numbers[:EXAMPLES]
    weights = [
        f"    np.array({array_literal(its[name])}, np.float32)," for its in trainer.course.own if its for name in NAMES
    ]
    layers = [f'        tf.keras.layers.Dense({its.units}, activation="{its.activation}"),' for its in scene.dense]
    optimizer = f"tf.keras.optimizers.{OPTIMIZERS[scene.settings.optimizer]}({scene.settings.learning_rate!r})"
    penalty = scene.settings.penalty if scene.settings.penalty_rate else "none"
    softmax = scene.settings.loss == "cross_entropy"
    loss = "tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)" if softmax else '"mse"'
    lines = [
        '"""A network from the playground. With `import tensorflow as tf` in its place the program runs as well."""',
        "",
        "import numpy as np",
        "",
        "import ffnn.tf as tf",
        "",
        f"# inputs: {', '.join(scene.encoder.inputs)}".encode("unicode_escape").decode(),
        f"x = np.array({array_literal(examples)}, np.float32)",
        f"y = np.array({array_literal(scene.targets[:EXAMPLES])})",
        "weights = [  # of each layer the kernel [inputs, units], then the bias",
        *weights,
        "]",
        "model = tf.keras.Sequential(",
        "    [",
        *layers,
        "    ]",
        ")",
        "model(x)  # makes the variables",
        "model.set_weights(weights)",
        "print(model(x).numpy())",
        "",
        "# and so it is trained, here on those points alone:",
        *([f"# (without the penalty {penalty} of {scene.settings.penalty_rate!r})"] if penalty != "none" else []),
        f"model.compile({optimizer}, loss={loss})",
        f"model.fit(x, y, batch_size={scene.settings.batch}, epochs=1, verbose=0)",
        "",
    ]
    return "\n".join(lines).encode()


def training_program(trainer: Trainer) -> bytes:
    """A program that trains a network of the same shape with `ffnn.train`."""
    scene, its = trainer.scene, trainer.scene.settings
    lines = [
        '"""Trains a network like that of the playground on points.csv, inputs normalised, classes by softmax."""',
        "",
        "import ffnn",
        "",
        "recipe = ffnn.Recipe(",
        f"    hidden={its.hidden!r},",
        *([f'    activation="{its.activation}",'] if its.hidden else []),
        f'    kernel_initializer="{its.kernel_initializer}",',
        f"    restarts={its.restarts},",
        f"    epochs={min(max(1, trainer.course.epoch), 10_000)},",
        f"    batch_size={its.batch},",
        f'    optimizer="{its.optimizer}",',
        f"    learning_rate={its.learning_rate!r},",
        *([f"    {its.penalty}={its.penalty_rate!r},"] if its.penalty != "none" else []),
        ")",
        f'model = ffnn.train("points.csv", target={scene.data.target.names[0]!r}, task={its.problem!r}, recipe=recipe)',
        'print(model.scores["test"])',
        'model.save("points.safetensors")',
        "",
    ]
    return "\n".join(lines).encode()


def array_literal(array: np.ndarray) -> str:
    """An array as nested lists, every float32 in as many digits as it takes to be read back as it is."""
    if array.ndim:
        return "[" + ", ".join(map(array_literal, array)) + "]"
    return str(int(array)) if array.dtype.kind == "i" else str(array.item() if array.dtype == np.float64 else array)


NAMES = ("kernel", "bias")

OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "rmsprop": "RMSprop", "adagrad": "Adagrad"}
"""TensorFlow's names."""

MAKERS: dict[str, Callable[[Trainer], bytes]] = {
    "model.safetensors": model_file,
    "points.csv": points_file,
    "network_tf.py": program,
    "train_ff.py": training_program,
}
"""What makes each of the files."""

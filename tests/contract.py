"""Programs of Keras' contract with a user's own classes, and what TensorFlow 2.21 prints for them."""

from __future__ import annotations

PRELUDE = """
import numpy as np
keras = tf.keras
X = (np.arange(24, dtype="float32").reshape(8, 3) % 7) / 5 - 0.5
Y = X @ np.array([[1.0], [-2.0], [0.5]], "float32") + 0.3
LABELS = np.array([0, 1, 2, 0, 1, 2, 0, 0])
def linear(*more, **options):
    return keras.Sequential([keras.Input((3,)), *more, keras.layers.Dense(1, kernel_initializer="ones", **options)])
def fitted(model, y=None, optimizer=None, loss="mse", metrics=(), x=None, **options):
    model.compile(optimizer or keras.optimizers.SGD(0.1), loss, metrics=list(metrics))
    more = dict(epochs=2, batch_size=3, shuffle=False, verbose=0) | options
    history = model.fit(X if x is None else x, Y if y is None else y, **more)
    return [history.history] + [w.tolist() for w in model.get_weights()]
"""

# fmt: off
CONTRACT = {
    "training passed to own layer": ('''
class Twice(keras.layers.Layer):
    def call(self, x, training=None):
        return x * 2 if training else x
m = linear(Twice())
found = [
    fitted(m),
    float(tf.reduce_sum(m(X))),
    float(tf.reduce_sum(m(X, training=True))),
    m.predict(X, verbose=0),
    m.evaluate(X, Y, verbose=0),
]
''',
     [[{'loss': [3.23437, 0.91758]}, [[0.380273], [-0.287729], [0.350475]], [0.0354158]], 0.454575, 0.625823,
     [0.454575, 0.255063], 0.419746]),
    "training through nested layers": ('''
class Twice(keras.layers.Layer):
    def call(self, x, training=None):
        return x * 2 if training else x
class Outer(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = Twice()
    def call(self, x):
        return self.inner(x)
class Outest(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = keras.Sequential([Outer()])
    def call(self, x):
        return self.inner(x) + 1
m = linear(Outest())
found = [
    fitted(m),
    float(tf.reduce_sum(m(X))),
    float(tf.reduce_sum(m(X, training=True))),
    m.evaluate(X, Y, verbose=0),
]
''',
     [[{'loss': [3.97904, 0.9513]}, [[0.182209], [-0.220071], [0.31883]], [-0.468812]], -1.36304, -1.22333, 0.59806]),
    "dropout inside own layer drops in fit": ('''
class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.drop = keras.layers.Dropout(0.5)
    def call(self, x):
        return self.drop(x)
m = linear(Block())
h = fitted(m, optimizer=keras.optimizers.SGD(0.0), epochs=5)[0]["loss"]
found = [len(set(h)) > 1, m.evaluate(X, Y, verbose=0), m.predict(X, verbose=0)]
''',
     [True, 1.5975, [1.2, 5.36]]),
    "callback set_weights": ('''
class C(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.set_weights([w * 0 + 1 for w in self.model.get_weights()])
m = linear()
found = [fitted(m, callbacks=[C()], epochs=3)]
''',
     [[{'loss': [1.5833, 2.0854, 2.0854]}, [[1.0], [1.0], [1.0]], [1.0]]]),
    "callback set_weights at begin": ('''
class C(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.model.layers[-1].kernel.assign([[5.0], [4.0], [3.0]])
    def on_epoch_begin(self, epoch, logs=None):
        self.model.layers[-1].bias.assign_add([1.0])
m = linear()
found = [fitted(m, callbacks=[C()], epochs=3)]
''',
     [[{'loss': [13.6349, 10.5551, 8.30798]}, [[3.27457], [1.84091], [1.80418]], [0.679107]]]),
    "variable in loss changed by callback": ('''
beta = tf.Variable(1.0)
def loss(t, y):
    return beta * tf.reduce_mean(tf.square(t - y), -1)
class C(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        beta.assign(float(epoch + 1))
m = linear()
found = [fitted(m, loss=loss, callbacks=[C()], epochs=3)]
''',
     [[{'loss': [1.5833, 2.47096, 2.36678]}, [[0.554244], [-0.40859], [0.462922]], [0.0687363]]]),
    "variable in layer changed by callback": ('''
class Scale(keras.layers.Layer):
    def build(self, input_shape):
        self.s = self.add_weight(shape=(), initializer="ones", trainable=False)
    def call(self, x):
        return x * self.s
class C(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.layers[0].s.assign(self.model.layers[0].s * 2)
m = linear(Scale())
found = [fitted(m, callbacks=[C()], epochs=3, validation_data=(X, Y))]
''',
     [[{'loss': [1.5833, 2.28144, 0.706058], 'val_loss': [1.23417, 0.76353, 0.111482]}, 8.0, [[0.18653], [-0.619076],
     [0.126086]], [0.107338]]]),
    "variable in metric changed by callback": ('''
scale = tf.Variable(1.0)
def figure(t, y):
    return scale * tf.reduce_mean(tf.abs(t - y), -1)
class C(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        scale.assign(float(epoch + 1))
m = linear()
found = [fitted(m, metrics=[figure], callbacks=[C()], epochs=3)]
''',
     [[{'figure': [1.12857, 1.9639, 2.56782], 'loss': [1.5833, 1.22987, 0.962972]}, [[0.709139], [0.212323],
     [0.650652]], [0.0724825]]]),
    "penalty on a trained weight in the loss": ('''
m = linear()
def loss(t, y):
    return tf.reduce_mean(tf.square(t - y), -1) + 0.5 * tf.reduce_sum(tf.square(m.layers[-1].kernel))
found = [fitted(m, loss=loss)]
''',
     [[{'loss': [2.59529, 1.27882]}, [[0.401535], [0.165057], [0.383252]], [0.0798629]]]),
    "own loss targets n outputs n1": ('''
def loss(t, y):
    return tf.reduce_mean(tf.square(t - y), -1)
m = linear()
found = [fitted(m, y=Y[:, 0], loss=loss)]
''',
     [[{'loss': [1.5833, 1.22987]}, [[0.784444], [0.440692], [0.747453]], [0.043597]]]),
    "own Loss class targets n outputs n1": ('''
class L(keras.losses.Loss):
    def call(self, t, y):
        return tf.reduce_mean(tf.square(t - y), -1)
m = linear()
found = [fitted(m, y=Y[:, 0], loss=L())]
''',
     [[{'loss': [1.25923, 1.05602]}, [[0.759627], [0.613296], [0.787766]], [0.033742]]]),
    "class_weight and validation split": ('''
m = linear(activation="sigmoid")
found = [
    fitted(
        m, y=(LABELS == 0).astype(int), loss="binary_crossentropy", class_weight={0: 1.0, 1: 5.0},
        validation_split=0.4,
    ),
]
''',
     [[{'loss': [2.67568, 2.34397], 'val_loss': [0.78021, 0.796232]}, [[0.821849], [0.97177], [1.07489]],
     [0.515586]]]),
    "Sequential.call": ('''
m = linear()
found = [m.call(tf.constant(X)), m.call(tf.constant(X), training=True)]
''',
     [[1.2, 5.36], [1.2, 5.36]]),
    "reduction none in compile": ('''
m = linear()
found = [
    fitted(m, loss=keras.losses.MeanSquaredError(reduction="none"), batch_size=4, epochs=1),
    m.evaluate(X, Y, verbose=0),
]
''',
     [[{'loss': [1.67469]}, [[0.752896], [0.184752], [0.708104]], [-0.11072]], 0.830169]),
    "reduction none with weights": ('''
m = linear()
found = [
    fitted(
        m, loss=keras.losses.MeanSquaredError(reduction="none"), batch_size=3, sample_weight=np.arange(8.0),
        validation_data=(X, Y),
    ),
]
''',
     [[{'loss': [7.66438, 8.44756], 'val_loss': [4.21154, 6.81868]}, [[-0.629038], [-1.24492], [2.28727]],
     [2.55574]]]),
    "reduction sum": ('''
m = linear()
found = [
    fitted(
        m, loss=keras.losses.MeanSquaredError(reduction="sum"), optimizer=keras.optimizers.SGD(0.01),
        validation_data=(X, Y),
    ),
    m.evaluate(X, Y, verbose=0),
]
''',
     [[{'loss': [4.29842, 4.0388], 'val_loss': [4.03597, 3.79248]}, [[0.947789], [0.845596], [0.939436]],
     [0.0287829]], 11.2432]),
    "metric of a batch": ('''
def figure(t, y):
    return tf.reduce_max(tf.abs(t - y))
m = linear()
found = [fitted(m, metrics=[figure], validation_data=(X, Y)), m.evaluate(X, Y, batch_size=3, verbose=0)]
''',
     [[{'figure': [1.70934, 1.52243], 'loss': [1.5833, 1.22987], 'val_figure': [1.49292, 1.33165], 'val_loss':
     [1.23417, 0.96082]}, [[0.784444], [0.440692], [0.747453]], [0.043597]], [0.96082, 1.33165]]),
    "predict of a layer that mixes rows": ('''
class Centre(keras.layers.Layer):
    def call(self, x):
        return x - tf.reduce_mean(x, 0)
m = linear(Centre())
found = [m.predict(np.arange(300).reshape(100, 3) / 100, verbose=0), m.predict(X, batch_size=3, verbose=0)]
''',
     [[1.5229e-05, 66.3309], [1.49012e-07, 5.01333]]),
    "model.trainable": ('''
m = linear(keras.layers.Dense(3, kernel_initializer="ones"))
m.trainable = False
a = [layer.trainable for layer in m.layers] + [len(m.trainable_variables)]
m.trainable = True
found = [a, [layer.trainable for layer in m.layers], len(m.trainable_variables)]
m.layers[0].trainable = False
found += [len(m.trainable_variables), fitted(m)]
''',
     [[False, False, 0], [True, True], 4, 2, [{'loss': [4.47519, 0.582175]}, [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0,
     1.0, 1.0]], [0.0, 0.0, 0.0], [[-0.0487176], [-0.0487176], [-0.0487176]], [0.0934295]]]),
    "own layer trainable": ('''
class Outer(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = [keras.layers.Dense(2), keras.layers.Dense(3)]
    def call(self, x):
        for one in self.inner:
            x = one(x)
        return x
o = Outer()
o(X)
o.trainable = False
a = [len(o.trainable_variables), [one.trainable for one in o.inner]]
o.trainable = True
found = [a, len(o.trainable_variables), [one.trainable for one in o.inner]]
''',
     [[0, [False, False]], 4, [True, True]]),
    "stream not moved": ('''
tf.random.set_seed(3)
a = tf.random.uniform([2])
tf.random.set_seed(3)
d = keras.layers.Dense(4)
d(X)
b = tf.random.uniform([2])
tf.random.set_seed(3)
keras.initializers.GlorotNormal()([3, 4])
keras.layers.Dropout(0.5)(X, training=True)
m = linear(keras.layers.Dropout(0.5))
fitted(m)
c = tf.random.uniform([2])
found = [a, b, c]
''',
     [[0.133663, 0.567853], [0.133663, 0.567853], [0.133663, 0.567853]]),
    "add_weight build get_set_weights": ('''
class My(keras.layers.Layer):
    def __init__(self, units=2, **kw):
        super().__init__(**kw)
        self.units = units
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="ones", trainable=True, name="w")
        self.c = self.add_weight(shape=(self.units,), initializer="zeros", trainable=False, name="c")
        self.b = self.add_weight(shape=(self.units,), initializer="ones", trainable=True, name="b")
    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b + self.c
l = My(name="mine")
y = l(X)
l.set_weights([w + i for i, w in enumerate(l.get_weights())])
found = [
    y,
    l.get_weights(),
    l(X),
    [tuple(v.shape) for v in l.weights],
    len(l.trainable_weights),
    len(l.non_trainable_weights),
    l.name,
    l.count_params(),
]
''',
     [[18.4, 31.52], [[6.0, 6.0], [2.0, 2.0], [2.0, 2.0]], [66.4, 285.92], [[3, 2], [2], [2]], 2, 1, 'mine', 10]),
    "weights order of nested layers": ('''
class My(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(2)
    def build(self, input_shape):
        self.a = self.add_weight(shape=(1,), initializer="zeros", trainable=False)
        self.b = self.add_weight(shape=(5,), initializer="zeros")
    def call(self, x):
        return self.inner(x) * self.a + self.b[0]
l = My()
l(X)
m = linear(My())
found = [
    [tuple(v.shape) for v in l.weights],
    [tuple(v.shape) for v in m.weights],
    [w.shape for w in m.get_weights()],
    [tuple(v.shape) for v in m.trainable_variables],
    [tuple(v.shape) for v in m.non_trainable_variables],
]
''',
     [[[5], [1], [3, 2], [2]], [[5], [1], [3, 2], [2], [2, 1], [1]], [[5], [1], [3, 2], [2], [2, 1], [1]], [[5], [3,
     2], [2], [2, 1], [1]], [[1]]]),
    "two inputs in a list": ('''
class Add(keras.layers.Layer):
    def call(self, inputs):
        a, b = inputs
        return a + tf.reduce_sum(b, 1, keepdims=True)
found = [Add()([tf.constant(X), tf.constant(Y)])]
''',
     [[7.5, 14.42]]),
    "two inputs as arguments": ('''
class Add(keras.layers.Layer):
    def call(self, a, b):
        return a + b
found = [Add()(tf.constant(X), tf.constant(Y)), Add()(tf.constant(X), b=tf.constant(Y))]
''',
     [[7.5, 14.42], [7.5, 14.42]]),
    "several outputs": ('''
class Two(keras.layers.Layer):
    def call(self, x):
        return x + 1, x * 2
a, b = Two()(X)
found = [a, b]
''',
     [[25.2, 30.32], [2.4, 15.68]]),
    "own layer noise": ('''
class Noise(keras.layers.Layer):
    def call(self, x, training=False):
        if training:
            return x + tf.random.normal(tf.shape(x), stddev=0.5)
        return x
m = linear(Noise())
h = fitted(m, optimizer=keras.optimizers.SGD(0.0), epochs=4)[0]["loss"]
found = [len(set(h)) == 4, m.evaluate(X, Y, verbose=0)]
''',
     [True, 1.5975]),
    "own Loss of the batch": ('''
class L(keras.losses.Loss):
    def call(self, t, y):
        return tf.reduce_max(tf.abs(t - y))
found = [
    fitted(linear(), loss=L(), sample_weight=np.arange(8.0)),
    fitted(linear(), loss=L(), validation_data=(X, Y)),
]
''',
     [[{'loss': [5.50863, 4.617]}, [[0.22], [-0.18], [0.82]], [-0.6]], [{'loss': [1.73313, 1.60538], 'val_loss':
     [1.57225, 1.5005]}, [[0.98], [0.66], [0.9]], [-0.2]]]),
    "own Metric in fit": ('''
class TP(keras.metrics.Metric):
    def __init__(self, name="tp", **kw):
        super().__init__(name=name, **kw)
        self.tp = self.add_weight(name="tp", shape=(), initializer="zeros")
    def update_state(self, t, y, sample_weight=None):
        self.tp.assign_add(tf.reduce_sum(tf.cast(t, tf.float32) * tf.cast(y > 0.5, tf.float32)))
    def result(self):
        return self.tp
m = linear(activation="sigmoid")
found = [
    fitted(
        m, y=(LABELS == 0).astype("float32")[:, None], loss="binary_crossentropy", metrics=[TP()],
        validation_data=(X, (LABELS == 1).astype("float32")[:, None]),
    ),
]
''',
     [[{'loss': [0.848407, 0.838495], 'tp': [2.0, 2.0], 'val_loss': [0.651924, 0.656201], 'val_tp': [2.0, 2.0]},
     [[0.903617], [0.950697], [1.01501]], [0.0146719]]]),
    "own F1 in fit": ('''
class F1(keras.metrics.Metric):
    def __init__(self, **kw):
        super().__init__(**kw)
        self.tp = self.add_weight(name="tp", shape=(), initializer="zeros")
        self.fp = self.add_weight(name="fp", shape=(), initializer="zeros")
        self.fn = self.add_weight(name="fn", shape=(), initializer="zeros")
    def update_state(self, t, y, sample_weight=None):
        p = tf.cast(y > 0.6, tf.float32)
        self.tp.assign_add(tf.reduce_sum(t * p))
        self.fp.assign_add(tf.reduce_sum((1 - t) * p))
        self.fn.assign_add(tf.reduce_sum(t * (1 - p)))
    def result(self):
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn)
    def reset_state(self):
        for v in (self.tp, self.fp, self.fn):
            v.assign(0.0)
m = linear(activation="sigmoid")
found = [
    fitted(
        m, y=(LABELS == 0).astype("float32")[:, None], loss="binary_crossentropy",
        metrics=[F1(name="f1"), "accuracy"],
    ),
    m.evaluate(X, (LABELS == 0).astype("float32")[:, None], verbose=0),
]
''',
     [[{'accuracy': [0.5, 0.5], 'f1': [0.285714, 0.285714], 'loss': [0.848407, 0.838495]}, [[0.903617], [0.950697],
     [1.01501]], [0.0146719]], [0.828002, 0.285714, 0.5]]),
    "own subclass of a mean with other result": ('''
class Root(keras.metrics.MeanSquaredError):
    def result(self):
        return tf.sqrt(super().result())
m = Root(name="root")
m.update_state(Y, tf.constant(X[:, :1]))
found = [float(m.result()), fitted(linear(), metrics=[Root(name="root")])]
''',
     [0.796869, [{'loss': [1.5833, 1.22987], 'root': [1.25829, 1.10899]}, [[0.784444], [0.440692], [0.747453]],
     [0.043597]]]),
    "own early stopping": ('''
class Stop(keras.callbacks.Callback):
    def __init__(self, patience=1):
        super().__init__()
        self.patience = patience
    def on_train_begin(self, logs=None):
        self.best, self.wait = np.inf, 0
    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < self.best:
            self.best, self.wait, self.kept = logs["val_loss"], 0, self.model.get_weights()
        else:
            self.wait += 1
            if self.wait >= self.patience:
                self.model.stop_training = True
                self.model.set_weights(self.kept)
found = [fitted(linear(), callbacks=[Stop()], epochs=50, validation_data=(X, -Y))]
''',
     [[{'loss': [1.5833, 1.22987, 0.962972], 'val_loss': [0.762738, 0.733403, 0.748008]}, [[0.784444], [0.440692],
     [0.747453]], [0.043597]]]),
    "stop at epoch begin": ('''
class Stop(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            self.model.stop_training = True
found = [fitted(linear(), callbacks=[Stop()], epochs=5)]
''',
     [[{'loss': [1.5833, 1.65523]}, [[0.924934], [0.605195], [0.795794]], [0.16366]]]),
    "hooks without defaults for logs": ('''
seen = []
class C(keras.callbacks.Callback):
    def on_train_begin(self, logs):
        seen.append(sorted(logs or {}))
    def on_epoch_begin(self, epoch, logs):
        seen.append(sorted(logs or {}))
    def on_train_end(self, logs):
        seen.append(sorted(logs or {}))
found = [fitted(linear(), callbacks=[C()], metrics=["mae"]), seen]
''',
     [[{'loss': [1.5833, 1.22987], 'mae': [1.12857, 0.98195]}, [[0.784444], [0.440692], [0.747453]], [0.043597]],
     [[], [], [], ['loss', 'mae']]]),
    "logs changed by a callback": ('''
class C(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["own"] = float(epoch)
found = [fitted(linear(), callbacks=[C()])]
''',
     [[{'loss': [1.5833, 1.22987], 'own': [0.0, 1.0]}, [[0.784444], [0.440692], [0.747453]], [0.043597]]]),
    "model.history": ('''
seen = []
class C(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        seen.append(len(self.model.history.epoch))
m = linear()
fitted(m, callbacks=[C()])
found = [seen, m.history.epoch]
''',
     [[0, 1], [0, 1]]),
    "iterations assigned in a callback": ('''
class C(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.optimizer.iterations.assign(0)
s = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
found = [fitted(linear(), callbacks=[C()], epochs=3, optimizer=keras.optimizers.SGD(s))]
''',
     [[{'loss': [1.59999, 1.38725, 1.21]}, [[0.960333], [0.506666], [0.780888]], [0.204065]]]),
    "own Optimizer": ('''
class Mine(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, name="mine", **kw):
        super().__init__(learning_rate=learning_rate, name=name, **kw)
    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, tf.sign(gradient) * tf.cast(learning_rate, variable.dtype))
found = [fitted(linear(), optimizer=Mine(0.05))]
''',
     [[{'loss': [1.59125, 1.42827]}, [[0.9], [0.7], [0.9]], [-0.1]]]),
    "own Optimizer with memory": ('''
class Mine(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, name="mine", **kw):
        super().__init__(learning_rate=learning_rate, name=name, **kw)
    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.v = [self.add_variable_from_reference(v, name="v") for v in variables]
    def update_step(self, gradient, variable, learning_rate):
        v = self.v[self._get_variable_index(variable)]
        v.assign(0.9 * v + gradient)
        variable.assign_sub(learning_rate * v)
found = [fitted(linear(), optimizer=Mine(0.05))]
''',
     [[{'loss': [1.57757, 1.11951]}, [[0.765685], [0.157647], [0.632034]], [0.172767]]]),
    "SGD with another apply_gradients": ('''
class Mine(keras.optimizers.SGD):
    def apply_gradients(self, grads_and_vars):
        return super().apply_gradients([(2 * g, v) for g, v in grads_and_vars])
found = [fitted(linear(), optimizer=Mine(0.05))]
''',
     [[{'loss': [1.5833, 1.22987]}, [[0.784444], [0.440692], [0.747453]], [0.043597]]]),
    "own schedule": ('''
class Halving(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, start):
        self.start = start
    def __call__(self, step):
        return self.start / (1.0 + tf.cast(step, tf.float32))
o = keras.optimizers.SGD(Halving(0.2))
found = [fitted(linear(), optimizer=o), float(o.learning_rate), float(Halving(0.2)(3))]
''',
     [[{'loss': [1.61649, 1.16253]}, [[0.928025], [0.519815], [0.779013]], [0.150433]], 0.0285714, 0.05]),
    "own schedule on top of one": ('''
class Warm(keras.optimizers.schedules.ExponentialDecay):
    def __call__(self, step):
        return super().__call__(step) * 0.5
found = [fitted(linear(), optimizer=keras.optimizers.SGD(Warm(0.2, 2, 0.5)))]
''',
     [[{'loss': [1.59294, 1.32583]}, [[0.932319], [0.708099], [0.871964]], [0.0832182]]]),
    "own initializer function without default dtype": ('''
def init(shape, dtype):
    return np.arange(np.prod(shape), dtype=dtype).reshape(shape)
found = [keras.layers.Dense(2, kernel_initializer=init)(X)]
''',
     [[7.6, 86.16]]),
    "own initializer class with super init": ('''
class Init(keras.initializers.Initializer):
    def __init__(self, value=1.0):
        super().__init__()
        self.value = value
    def __call__(self, shape, dtype=None):
        return tf.ones(shape, dtype) * self.value
    def get_config(self):
        return {"value": self.value}
found = [
    keras.layers.Dense(2, kernel_initializer=Init(3.0), bias_initializer=Init)(X),
    Init.from_config(Init(2.0).get_config()).value,
]
''',
     [[23.2, 126.88], 2.0]),
    "built twice": ('''
class My(keras.layers.Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], 2), initializer="ones")
    def call(self, x):
        return x @ self.w
l = My()
l.build((None, 3))
l(X)
found = [l.built, len(l.weights)]
''',
     [True, 1]),
    "layer shared twice": ('''
d = keras.layers.Dense(3, kernel_initializer="ones")
m = linear(d, d)
found = [len(m.weights), fitted(m, optimizer=keras.optimizers.SGD(0.001))]
''',
     [4, [{'loss': [51.4795, 31.1474]}, [[0.881209, 0.881859, 0.880952], [0.861811, 0.862616, 0.86152], [0.886211,
     0.886768, 0.8858]], [-0.0361038, -0.0357156, -0.0361719], [[0.809954], [0.809924], [0.809968]],
     [-0.0102466]]]),
    "validation batch follows batch_size": ('''
def figure(t, y):
    return tf.reduce_max(tf.abs(t - y))
found = [
    fitted(linear(), metrics=[figure], validation_data=(X[:7], Y[:7]), batch_size=4),
    fitted(linear(), metrics=[figure], validation_data=(X, Y), validation_batch_size=2),
]
''',
     [[{'figure': [1.79978, 1.6929], 'loss': [1.6029, 1.36369], 'val_figure': [1.64577, 1.54915], 'val_loss':
     [1.37001, 1.17371]}, [[0.875767], [0.620116], [0.853439]], [0.0510008]], [{'figure': [1.70934, 1.52243],
     'loss': [1.5833, 1.22987], 'val_figure': [1.38711, 1.22513], 'val_loss': [1.23417, 0.96082]}, [[0.784444],
     [0.440692], [0.747453]], [0.043597]]]),
    "own loop with own layer and training": ('''
class Block(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.d = keras.layers.Dense(units, kernel_initializer="ones")
        self.drop = keras.layers.Dropout(0.5)
    def call(self, x, training=False):
        return self.drop(self.d(x), training=training)
b = Block(4)
a = b(X)
c = b(X, training=True)
found = [a, bool(tf.reduce_any(c != a)), len(b.trainable_variables)]
''',
     [[4.8, 21.44], True, 2]),
    "reset_state of base resets all": ('''
class M(keras.metrics.Metric):
    def __init__(self):
        super().__init__()
        self.a = self.add_weight(name="a", initializer="ones")
        self.b = self.add_weight(name="b", shape=(2,), initializer="zeros")
    def update_state(self, v):
        self.a.assign_add(v)
        self.b.assign_add([v, v])
    def result(self):
        return self.a + tf.reduce_sum(self.b)
m = M()
a = float(m.result())
m.update_state(2.0)
b = float(m.result())
m.reset_state()
found = [a, b, float(m.result())]
''',
     [1.0, 7.0, 0.0]),
    "two fits with own optimizer memory": ('''
class Mine(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, **kw):
        super().__init__(learning_rate=learning_rate, name="mine", **kw)
    def build(self, variables):
        super().build(variables)
        self.v = [self.add_variable_from_reference(reference_variable=v, name="v") for v in variables]
    def update_step(self, gradient, variable, learning_rate):
        v = self.v[self._get_variable_index(variable)]
        self.assign(v, 0.9 * v + gradient)
        self.assign_sub(variable, learning_rate * v)
m = linear()
o = Mine(0.05)
m.compile(o, "mse")
a = m.fit(X, Y, batch_size=3, epochs=2, shuffle=False, verbose=0).history
b = m.fit(X, Y, batch_size=3, epochs=2, shuffle=False, verbose=0).history
found = [a, b, m.get_weights(), int(o.iterations), o.v[0]]
''',
     [{'loss': [1.57757, 1.11951]}, {'loss': [0.572373, 0.227981]}, [[[0.361849], [-1.17593], [0.0582823]],
     [0.253499]], 12, [[1.18158], [4.023], [1.55156]]]),
    "own optimizer with its own schedule": ('''
class Mine(keras.optimizers.SGD):
    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient * 2, variable, learning_rate)
class Half(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1 * 0.5 ** tf.cast(step, tf.float32)
found = [fitted(linear(), optimizer=Mine(Half(), momentum=0.9))]
''',
     [[{'loss': [1.5969, 0.796004]}, [[1.00428], [-0.607005], [0.278294]], [0.735457]]]),
    "apply overridden": ('''
class Mine(keras.optimizers.SGD):
    def apply(self, grads, trainable_variables=None):
        return super().apply([g * 0.5 for g in grads], trainable_variables)
found = [fitted(linear(), optimizer=Mine(0.1))]
''',
     [[{'loss': [1.58906, 1.4004]}, [[0.882877], [0.710583], [0.864317]], [0.0324735]]]),
    "own metric in two fits and evaluate": ('''
class Count(keras.metrics.Metric):
    def __init__(self, name="count", **kw):
        super().__init__(name=name, **kw)
        self.n = self.add_weight(shape=(), initializer="zeros", name="n")
        self.v = self.add_weight(shape=(2,), initializer="zeros", name="v")
    def update_state(self, y_true, y_pred, sample_weight=None):
        self.n.assign_add(tf.cast(tf.shape(y_true)[0], tf.float32))
        self.v.assign_add(tf.stack([tf.reduce_sum(y_pred), 1.0]))
    def result(self):
        return self.n + self.v[0] * 0.01 + 100 * self.v[1]
m = linear()
c = Count()
a = fitted(m, metrics=[c, "mae"])
r = float(c.result())
found = [
    a,
    r,
    m.evaluate(X, Y, batch_size=3, verbose=0),
    float(c.result()),
    m.evaluate(X, Y, batch_size=3, verbose=0),
]
''',
     [[{'count': [308.017, 308.016], 'loss': [1.5833, 1.22987], 'mae': [1.12857, 0.98195]}, [[0.784444], [0.440692],
     [0.747453]], [0.043597]], 308.016, [0.96082, 308.011, 0.859824], 308.011, [0.96082, 308.011, 0.859824]]),
    "metric instance has its figure after fit": ('''
acc = keras.metrics.MeanAbsoluteError(name="m")
m = linear()
h = fitted(m, metrics=[acc])[0]
found = [h, float(acc.result())]
''',
     [{'loss': [1.5833, 1.22987], 'm': [1.12857, 0.98195]}, 0.98195]),
    "own loss that mixes rows with a rest": ('''
def loss(t, y):
    e = t - y
    return tf.square(e - tf.reduce_mean(e)) + tf.square(e)
found = [
    fitted(linear(), loss=loss),
    fitted(linear(), loss=loss, validation_data=(X[:5], Y[:5]), validation_batch_size=3),
]
''',
     [[{'loss': [2.72528, 1.66807]}, [[0.604011], [0.0645869], [0.560485]], [0.0666599]], [{'loss': [2.72528,
     1.66807], 'val_loss': [1.82226, 1.26358]}, [[0.604011], [0.0645869], [0.560485]], [0.0666599]]]),
    "loss with weights of a layer and validation": ('''
m = linear()
class L(keras.losses.Loss):
    def __init__(self, model, **kw):
        super().__init__(**kw)
        self.model = model
    def call(self, t, y):
        return tf.reduce_mean(tf.square(t - y), -1) + 0.1 * tf.reduce_sum(tf.abs(self.model.layers[-1].kernel))
found = [fitted(m, loss=L(m), validation_data=(X, Y)), m.evaluate(X, Y, verbose=0)]
''',
     [[{'loss': [1.85031, 1.39993], 'val_loss': [1.43012, 1.08004]}, [[0.732565], [0.390188], [0.694986]],
     [0.0484961]], 1.08004]),
    "loss weight annealed by a callback object": ('''
class Anneal(keras.callbacks.Callback):
    def __init__(self, weight):
        super().__init__()
        self.weight = weight
    def on_epoch_begin(self, epoch, logs=None):
        self.weight.assign(self.weight * 0.5)
w = tf.Variable(1.0, trainable=False)
def loss(t, y):
    return tf.reduce_mean((1 - w) * tf.square(t - y) + w * tf.abs(t - y), -1)
found = [fitted(linear(), loss=loss, callbacks=[Anneal(w)], epochs=4, validation_data=(X, Y)), w]
''',
     [[{'loss': [1.35311, 1.25326, 1.05784, 0.860259], 'val_loss': [1.18654, 1.04018, 0.853734, 0.685543]},
     [[0.669559], [0.133069], [0.606286]], [0.0877118]], 0.0625]),
    "layer takes a dict": ('''
class D(keras.layers.Layer):
    def call(self, inputs):
        return inputs["a"] + inputs["b"]
found = [float(tf.reduce_sum(D()({"a": tf.constant(X), "b": tf.constant(Y)})))]
''',
     [7.5]),
    "dropout of the same seed in two layers": ('''
a, b = keras.layers.Dropout(0.5, seed=1), keras.layers.Dropout(0.5, seed=1)
x = tf.ones([4, 50])
found = [
    bool(tf.reduce_all(a(x, training=True) == b(x, training=True))),
    bool(tf.reduce_all(a(x, training=True) == b(x, training=True))),
    bool(tf.reduce_all(a(x, training=True) == a(x, training=True))),
]
''',
     [True, True, False]),
    "scalar loss with reduction sum": ('''
class L(keras.losses.Loss):
    def call(self, t, y):
        return tf.reduce_mean(tf.square(t - y))
found = [
    fitted(linear(), loss=L(reduction="sum")),
    fitted(linear(), loss=L(reduction="none")),
    fitted(linear(), loss=L(reduction="sum"), sample_weight=np.arange(8.0), optimizer=keras.optimizers.SGD(0.01)),
]
''',
     [[{'loss': [1.5833, 1.22987]}, [[0.784444], [0.440692], [0.747453]], [0.043597]], [{'loss': [1.5833, 1.22987]},
     [[0.784444], [0.440692], [0.747453]], [0.043597]], [{'loss': [12.3999, 9.08787]}, [[0.638134], [0.506979],
     [0.808473]], [-0.102328]]]),
    "own metric with mean of squares by hand": ('''
class R2(keras.metrics.Metric):
    def __init__(self, name="r2", **kw):
        super().__init__(name=name, **kw)
        self.e = self.add_weight(name="e", initializer="zeros")
        self.t = self.add_weight(name="t", initializer="zeros")
        self.tt = self.add_weight(name="tt", initializer="zeros")
        self.n = self.add_weight(name="n", initializer="zeros")
    def update_state(self, y_true, y_pred, sample_weight=None):
        y_true = tf.cast(y_true, tf.float32)
        self.e.assign_add(tf.reduce_sum((y_true - y_pred) ** 2))
        self.t.assign_add(tf.reduce_sum(y_true))
        self.tt.assign_add(tf.reduce_sum(y_true ** 2))
        self.n.assign_add(tf.cast(tf.size(y_true), tf.float32))
    def result(self):
        return 1 - self.e / (self.tt - self.t ** 2 / self.n)
m = linear()
found = [fitted(m, metrics=[R2()], validation_data=(X, Y), epochs=3)]
''',
     [[{'loss': [1.5833, 1.22987, 0.962972], 'r2': [-2.22403, -1.50435, -0.960871], 'val_loss': [1.23417, 0.96082,
     0.75431], 'val_r2': [-1.5131, -0.95649, -0.53598]}, [[0.709139], [0.212323], [0.650652]], [0.0724825]]]),
    "attributes of an own optimizer": ('''
class Mine(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, name="mine"):
        super().__init__(learning_rate, name=name)
        self.rate, self.own, self.moved, self.more, self.start, self.schedule, self.memories, self.updates = [2.0] * 8
    def update_step(self, gradient, variable, learning_rate):
        variable.assign_sub(self.rate * learning_rate * gradient)
found = [fitted(linear(), optimizer=Mine(0.05))]
''',
     [[{'loss': [1.5833, 1.22987]}, [[0.784444], [0.440692], [0.747453]], [0.043597]]]),
    "attributes of an own metric": ('''
class M(keras.metrics.Metric):
    def __init__(self, name="m"):
        super().__init__(name=name)
        self.counts = self.add_weight(shape=(2,), initializer="zeros", name="counts")
        self.put, self.values, self.averaged = 1.0, 2.0, 3.0
    def update_state(self, t, y, sample_weight=None):
        self.counts.assign_add(tf.stack([tf.reduce_sum(tf.abs(t - y)), self.put]))
    def result(self):
        return self.counts[0] / self.counts[1]
found = [fitted(linear(), metrics=[M()])]
''',
     [[{'loss': [1.5833, 1.22987], 'm': [3.00951, 2.61853]}, [[0.784444], [0.440692], [0.747453]], [0.043597]]]),
    "attributes of an own layer": ('''
class L(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.own = keras.layers.Dense(3, kernel_initializer="ones")
        self.learns, self.held, self.make, self.axis, self.rate = 1.0, [2], 3, 4, 5
    def call(self, x):
        return self.own(x) * self.learns
m = linear(L())
found = [fitted(m, optimizer=keras.optimizers.SGD(0.001)), len(m.weights)]
''',
     [[{'loss': [7.63749, 7.3778]}, [[0.991744, 0.991744, 0.991744], [0.987194, 0.987194, 0.987194], [0.99202,
     0.99202, 0.99202]], [-0.00284743, -0.00284743, -0.00284743], [[0.970739], [0.970739], [0.970739]],
     [-0.00289546]], 4]),
    "call under tf.function": ('''
class L(keras.layers.Layer):
    @tf.function
    def call(self, x, training=None):
        return x * 2 if training else x
m = linear(L())
found = [fitted(m), m.predict(X, verbose=0), float(tf.reduce_sum(m(X, training=True)))]
''',
     [[{'loss': [3.23437, 0.91758]}, [[0.380273], [-0.287729], [0.350475]], [0.0354158]], [0.454575, 0.255063],
     0.625823]),
    "subclass of Dropout that always drops": ('''
class Always(keras.layers.Dropout):
    def call(self, x, training=None):
        return super().call(x, training=True)
a = Always(0.5)(tf.ones([9, 9]))
found = [bool(tf.reduce_all(a == 1.0))]
''',
     [False]),
    "subclass of a metric": ('''
class Half(keras.metrics.MeanAbsoluteError):
    def update_state(self, t, y, sample_weight=None):
        return super().update_state(t / 2, y / 2, sample_weight)
found = [fitted(linear(), metrics=[Half(name="half")])]
''',
     [[{'half': [0.564283, 0.490975], 'loss': [1.5833, 1.22987]}, [[0.784444], [0.440692], [0.747453]], [0.043597]]]),
    "frozen layer whose weights a callback sets": ('''
class C(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.layers[0].set_weights([w * 2 for w in self.model.layers[0].get_weights()])
m = linear(keras.layers.Dense(2, kernel_initializer="ones", trainable=False))
found = [fitted(m, callbacks=[C()], epochs=3, validation_data=(X, Y), optimizer=keras.optimizers.SGD(0.001))]
''',
     [[{'loss': [3.96111, 12.3183, 39.5235], 'val_loss': [3.91264, 11.6624, 31.2449]}, [[8.0, 8.0], [8.0, 8.0], [8.0,
     8.0]], [0.0, 0.0], [[0.812512], [0.812512]], [-0.0086378]]]),
    "loss uses another model": ('''
teacher = linear()
def loss(t, y):
    apart = teacher.layers[-1].kernel - m.layers[-1].kernel
    return tf.reduce_mean(tf.square(t - y), -1) + 0.1 * tf.reduce_sum(tf.square(apart))
m = linear()
m.layers[-1].kernel.assign([[3.0], [2.0], [1.0]])
class C(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        teacher.set_weights(self.model.get_weights())
found = [fitted(m, loss=loss, callbacks=[C()], epochs=3)]
''',
     [[{'loss': [4.55687, 2.96471, 2.22139]}, [[1.97549], [0.751349], [0.598721]], [0.0276148]]]),
    "Optimizer with add_variable counter": ('''
class Mine(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1):
        super().__init__(learning_rate, name="mine")
    def build(self, variables):
        super().build(variables)
        self.n = self.add_variable(shape=(), initializer="zeros", name="n")
    def update_step(self, gradient, variable, learning_rate):
        self.n.assign_add(1.0)
        variable.assign_sub(learning_rate * gradient / self.n)
m = linear()
o = Mine(0.2)
found = [fitted(m, optimizer=o), o.n]
''',
     [[{'loss': [1.54901, 1.23621]}, [[0.987485], [0.628077], [0.812809]], [0.102996]], 12.0]),
    "Lion": ('''
class Lion(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, b1=0.9, b2=0.99, name="lion"):
        super().__init__(learning_rate=learning_rate, name=name)
        self.b1, self.b2 = b1, b2
    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.m = self.add_optimizer_variables(variables, "m")
    def update_step(self, gradient, variable, learning_rate):
        lr = tf.cast(learning_rate, variable.dtype)
        m = self.m[self._get_variable_index(variable)]
        self.assign_sub(variable, lr * tf.sign(self.b1 * m + (1 - self.b1) * gradient))
        self.assign(m, self.b2 * m + (1 - self.b2) * gradient)
found = [fitted(linear(), optimizer=Lion(), epochs=4)]
''',
     [[{'loss': [1.59606, 1.56204, 1.5288, 1.49634]}, [[0.96], [0.88], [0.96]], [-0.02]]]),
    "weight decay in an own optimizer": ('''
class Mine(keras.optimizers.SGD):
    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient + 0.1 * variable, variable, learning_rate)
found = [fitted(linear(), optimizer=Mine(0.1, momentum=0.9))]
''',
     [[{'loss': [1.53783, 0.685698]}, [[0.450947], [-0.684685], [0.194894]], [0.205419]]]),
    "whole targets beyond 32 bits": ('''
m = linear()
m.compile("sgd", "mae")
found = [m.evaluate(X, np.full((8, 1), 3_000_000_000), verbose=0), m.evaluate(X, np.full((8, 1), 2**40), verbose=0)]
''',
     [3000000000.0, 1099510000000.0]),
    "own Loss called by hand with whole numbers": ('''
class L(keras.losses.Loss):
    def call(self, t, y):
        return t / 2 - y
found = [
    float(L()(np.array([1, 2]), np.array([3, 5]))),
    L(reduction="none")(np.array([1, 2]), tf.constant([0.5, 4.0])),
]
''',
     [-3.25, [0.0, -3.0]]),
}
# fmt: on

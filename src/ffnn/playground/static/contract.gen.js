/** What server and page agree on. Written by `make contract` from the server's code: change it there. */

/**
 * @typedef {object} Settings  All choices. Every one can be changed at any time; those in `LIVE` without beginning anew.
 * @property {"classification" | "regression"} problem  What is learned.
 * @property {"circle" | "xor" | "gauss" | "spiral" | "reg-plane" | "reg-gauss" | "drawn" | "table"} dataset  Where the points come from: a generator of `problems`, points drawn by hand, or a table.
 * @property {number} noise  Of the generators, in percent.
 * @property {number} share  Percent of the points that train; the others judge.
 * @property {number | null} points  How many a generator makes; null for the usual number.
 * @property {number} data_seed  Of the points and their split.
 * @property {("x" | "y" | "x2" | "y2" | "xy" | "sinx" | "siny")[]} features  What enters the network, of generated and drawn points.
 * @property {"raw" | "normalised"} inputs  As they are, or by mean and deviation.
 * @property {"one-hot" | "number"} categories  How a category of a table enters: an input for each level, or one number.
 * @property {number[]} hidden  Neurons of each hidden layer.
 * @property {"tanh" | "relu" | "sigmoid" | "linear" | "leaky_relu" | "elu" | "selu" | "gelu" | "silu" | "mish" | "softplus"} activation  Of the hidden layers.
 * @property {"glorot_uniform" | "he_normal" | "uniform(0.5)" | "normal(0.01)" | "normal(3)" | "zeros"} kernel_initializer  Initial weights.
 * @property {number} seed  Of the initial weights and of the order of rows.
 * @property {"mean_squared_error" | "cross_entropy"} loss  Squared error of ±1 after tanh, or softmax with cross-entropy; of numbers always the first.
 * @property {"sgd" | "adam" | "rmsprop" | "adagrad"} optimizer  What takes the steps.
 * @property {number} learning_rate  Size of a step.
 * @property {number} batch  Rows of a step.
 * @property {"none" | "l1" | "l2"} penalty  On Σ|w| or Σw² over all weights.
 * @property {number} penalty_rate  How much it counts beside the mean loss.
 * @property {number} restarts  Networks that train side by side, each from its own weights.
 * @property {"1" | "10" | "100" | "growing" | "fastest"} speed  Epochs that pass from one picture to the next.
 * @property {[number, number, number][]} drawn  Points drawn by hand: x, y, and class number or value.
 * @property {string} target  Column of the table that is predicted; "" for the last.
 * @property {string} across  Column of the table that the plane shows from left to right; "" to choose one.
 * @property {string} up  The same from bottom to top.
 * @property {"plane" | "pca"} view  Which plane a table is seen in: of two columns, or of its two principal components.
 * @property {number} row  Row, of those of the table that are used, at which all other columns stand.
 */

/**
 * @typedef {object} Rows  How many rows there are.
 * @property {number} train  Those that train.
 * @property {number} test  Those that judge.
 * @property {number} shown  Those that are drawn.
 */

/**
 * @typedef {object} TableColumn  A column of a table.
 * @property {string} name  Its name.
 * @property {string} kind  What it holds; of the target, the problem.
 * @property {"input" | "target" | "left out"} role  What it is used for.
 */

/**
 * @typedef {object} TableHeader  A table that is used.
 * @property {string} name  Its name.
 * @property {number} rows  How many it has.
 * @property {TableColumn[]} columns  All of them, in order.
 */

/**
 * @typedef {object} Figures  Scores on one side; of a side without rows, or where they are not finite, there are none.
 * @property {number | null} [accuracy]  Share of classes that are right.
 * @property {number | null} [rmse]  Root mean squared error of numbers.
 * @property {number | null} [r2]  Share of the numbers' variance that is explained.
 */

/**
 * @typedef {object} Sides  Scores on both sides.
 * @property {Figures} train  On the rows that train.
 * @property {Figures} test  On those that judge.
 */

/**
 * @typedef {object} Followed  What is followed through the network.
 * @property {number | null} row  The number of a shown point, or
 * @property {[number, number] | null} at  a place of the plane.
 */

/**
 * @typedef {object} Refusal  Why a command cannot be carried out.
 * @property {"refused"} kind  what it is
 * @property {string} sentence  What is wrong, and what to do.
 * @property {Record<string, any>} settings  Those that the command would have changed, as they are.
 */

/**
 * @typedef {object} Scene  The data, the structure of the network, and the plane in which both are seen.
 * @property {"scene"} kind  what it is
 * @property {number} generation  Rises with each scene.
 * @property {boolean} reset  Whether all that the page knows of the course is told anew.
 * @property {Settings} settings  All of them.
 * @property {string[] | null} classes  The labels; null for numbers.
 * @property {string[]} input_names  A name for each input.
 * @property {string[]} output_names  A name for each output.
 * @property {number[]} widths  Inputs, neurons of each hidden layer, outputs.
 * @property {string[]} activations  One for each layer after the inputs.
 * @property {[string, string]} axes  Names of the plane's two directions.
 * @property {[[number, number], [number, number]]} domain  What is seen of them, from left to right and from bottom to top.
 * @property {number} side  Pixels along the map of the outputs.
 * @property {number} tile  Pixels along the map of a neuron.
 * @property {Rows} rows  How many there are.
 * @property {[number, number] | null} scale  The numbers at both ends of the colours; null for classes.
 * @property {string[]} notes  What should be known of the data, in sentences.
 * @property {string} target  The column that is predicted.
 * @property {TableHeader | null} table  The table that is used, if any.
 * @property {string | null} opened  The name of the table that is open, used or not.
 * @property {Float32Array} points  [shown, 2] Where the shown points lie, in units of the plane.
 * @property {Float32Array} truth  [shown] Their class numbers, or values.
 * @property {Uint8Array} test  [shown] Whether they judge.
 * @property {Uint8Array} features  [inputs, tile, tile] The map of each input.
 * @property {Record<string, number[]>} shapes  of the arrays, by name
 */

/**
 * @typedef {object} Frame  The network at one epoch.
 * @property {"frame"} kind  what it is
 * @property {number} generation  Of the scene that it belongs to.
 * @property {number} epoch  How many have been trained.
 * @property {"compiling" | "paused" | "running" | "diverged"} status  What the session does.
 * @property {number} speed  Epochs a second.
 * @property {number} restart  The network that is shown.
 * @property {boolean[]} running  Of each restart, whether it has not diverged.
 * @property {string} sentence  Why training ended, if the shown network diverged.
 * @property {number} good  The newest epoch to go back to in which all was well with it.
 * @property {number[]} snapshots  All epochs to go back to.
 * @property {Sides} figures  Its scores.
 * @property {[number, string][]} marks  What was changed since the last frame: after which epoch, and in words.
 * @property {number | null} cut  The epoch after which earlier losses no longer hold; null: all do.
 * @property {Followed | null} look  What is followed through it.
 * @property {Float32Array} parameters  [parameters] Each layer's kernel [inputs, units] row by row, then its bias.
 * @property {Uint8Array} field  [planes, side, side] The map of the answers; of more than two classes, class numbers and how probable they are.
 * @property {Uint8Array} neurons  [neurons, tile, tile] The map of each hidden neuron.
 * @property {Float32Array} loss  [restarts, 2] Of each restart, on the rows that train and on those that judge.
 * @property {Float32Array} predicted  [shown] What the network answers for the shown points.
 * @property {Float32Array} curve  [epochs, 1+2*restarts] Epoch, training losses and test losses, of the epochs since the last frame.
 * @property {Uint8Array} [focus]  [side, side] The map of the neuron that is shown large.
 * @property {Float32Array} [health]  [layers, 4] Of each layer, as `look.health` gives it; not as long as that is being compiled.
 * @property {Float32Array} [look_values]  [values] Values of what is followed, inputs first, layer after layer.
 * @property {Float32Array} [look_sums]  [sums] The sums that they come of.
 * @property {Float32Array} [look_gradients]  [parameters] What its loss sends back, in the order of `parameters`.
 * @property {Record<string, number[]>} shapes  of the arrays, by name
 */

/**
 * @typedef {{do: "set", settings: Record<string, any>} | {do: "run"} | {do: "pause"} | {do: "step", epochs?: number} | {do: "reset"} | {do: "rewind", epoch: number} | {do: "edit", layer: number, row: number | null, unit: number, value: number} | {do: "choose", restart: number} | {do: "look", row?: number | null, at?: [number, number] | null} | {do: "focus", layer?: number | null, unit?: number} | {do: "seen"}} Command
 */

/**
 * @typedef {"model.safetensors" | "points.csv" | "network_tf.py" | "train_ff.py"} FileName  a file to take along
 */

/**
 * @typedef {"x" | "y" | "x2" | "y2" | "xy" | "sinx" | "siny"} Feature  what of a point can enter the network
 */

/**
 * @typedef {"problem" | "dataset" | "inputs" | "categories" | "activation" | "kernel_initializer" | "loss" | "optimizer" | "penalty" | "speed" | "view"} Chosen  a setting that is chosen from a list
 */

/**
 * @typedef {"noise" | "share" | "points" | "data_seed" | "seed" | "learning_rate" | "batch" | "penalty_rate" | "restarts" | "row"} Numbered  a setting that is a number
 */

/** @type {{[Name in Chosen]: Settings[Name][]}} */
export const OPTIONS = {
  "problem": ["classification", "regression"],
  "dataset": ["circle", "xor", "gauss", "spiral", "reg-plane", "reg-gauss", "drawn", "table"],
  "inputs": ["raw", "normalised"],
  "categories": ["one-hot", "number"],
  "activation": ["tanh", "relu", "sigmoid", "linear", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus"],
  "kernel_initializer": ["glorot_uniform", "he_normal", "uniform(0.5)", "normal(0.01)", "normal(3)", "zeros"],
  "loss": ["mean_squared_error", "cross_entropy"],
  "optimizer": ["sgd", "adam", "rmsprop", "adagrad"],
  "penalty": ["none", "l1", "l2"],
  "speed": ["1", "10", "100", "growing", "fastest"],
  "view": ["plane", "pca"],
};

/** @type {Record<Numbered, [number, number]>} */
export const RANGES = {
  "noise": [0, 50],
  "share": [10, 90],
  "points": [20, 5000],
  "data_seed": [0, 2147483647],
  "seed": [0, 2147483647],
  "learning_rate": [1e-06, 100],
  "batch": [1, 1000],
  "penalty_rate": [0, 100],
  "restarts": [1, 16],
  "row": [0, 2147483647],
};

/** @type {string[]} */
export const WHOLE = ["noise", "share", "points", "data_seed", "seed", "batch", "restarts", "row"];

/** @type {Readonly<Settings>} */
export const DEFAULTS = {
  "problem": "classification",
  "dataset": "circle",
  "noise": 0,
  "share": 50,
  "points": null,
  "data_seed": 0,
  "features": ["x", "y"],
  "inputs": "raw",
  "categories": "one-hot",
  "hidden": [4, 2],
  "activation": "tanh",
  "kernel_initializer": "glorot_uniform",
  "seed": 0,
  "loss": "mean_squared_error",
  "optimizer": "sgd",
  "learning_rate": 0.03,
  "batch": 10,
  "penalty": "none",
  "penalty_rate": 0.0,
  "restarts": 1,
  "speed": "growing",
  "drawn": [],
  "target": "",
  "across": "",
  "up": "",
  "view": "plane",
  "row": 0,
};

/** @type {Record<Settings["problem"], Settings["dataset"][]>} */
export const DATASETS = {
  "classification": ["circle", "xor", "gauss", "spiral", "drawn", "table"],
  "regression": ["reg-plane", "reg-gauss", "drawn", "table"],
};

/** @type {Record<Feature, string>} */
export const FEATURES = {"x": "x", "y": "y", "x2": "x²", "y2": "y²", "xy": "x·y", "sinx": "sin x", "siny": "sin y"};

export const POINTS = {"classification": 500, "regression": 1200};

export const MOST_LAYERS = 10;

export const WIDEST = 32;

export const MOST_DRAWN = 1000;

export const FARTHEST_DRAWN = 1000000.0;

export const MOST_CLASSES = 6;

export const LONGEST_NAME = 1000;

export const LARGEST_WEIGHT = 1000000000.0;

export const FARTHEST_PLACE = 1e+31;

export const PROBED_ROWS = 255;

export const LARGEST_TABLE = 64000000;

export const TABLE_ENDINGS = [".csv", ".tsv", ".tab", ".psv", ".txt", ".data", ".dat", ".jsonl", ".ndjson", ".json", ".arff", ".parquet", ".arrow", ".feather", ".ipc", ".xlsx", ".xlsm", ".xls", ".ods", ".npy", ".npz", ".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xpt", ".zip", ".gz", ".zst", ".bz2", ".xz"];

export const REPLACED = 4001;

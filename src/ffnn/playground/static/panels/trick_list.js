/** The tricks in words: what each is for, and what each choice of it does. */

/** @typedef {import("../store.js").Store} Store */

/**
 * @typedef {object} Choice
 * @property {string | number} value Of the setting.
 * @property {string} name
 * @property {string} now What it does, as a sentence.
 */

/**
 * @typedef {object} Trick
 * @property {keyof import("../store.js").Settings} key Of the setting.
 * @property {string} title
 * @property {string} about
 * @property {Choice[]} choices
 * @property {(store: Store) => string} [unfit] Why it cannot be switched now; "" where it can.
 */

/** @type {Trick[]} */
export const TRICKS = [
  {
    key: "inputs",
    title: "Inputs",
    about:
      "Networks learn best from inputs of mean 0 and deviation 1: then one learning rate suits every weight. Beginners forget this step.",
    choices: [
      {
        value: "raw",
        name: "raw",
        now: "every input enters in its own unit. One that reaches 1000 saturates its neurons or makes the steps explode.",
      },
      {
        value: "normalised",
        name: "normalised",
        now: "from each input its mean over the training points is taken off, then it is divided by its standard deviation; test points by the same two numbers.",
      },
    ],
  },
  {
    key: "kernel_initializer",
    title: "Initial weights",
    about:
      "They are random, so that neurons come to differ, and of a size at which signals and gradients neither vanish nor explode on their way through the layers.",
    choices: [
      {
        value: "zeros",
        name: "zeros",
        now: "all neurons of a layer are the same and get the same gradient, so they stay the same: the symmetry never breaks.",
      },
      {
        value: "normal(0.01)",
        name: "too small",
        now: "each layer shrinks the signal about a hundredfold, and the gradients on their way back.",
      },
      {
        value: "normal(3)",
        name: "too large",
        now: "sums are so large that tanh and sigmoid stand at their flat ends, and ReLU's outputs explode.",
      },
      {
        value: "glorot_uniform",
        name: "Glorot",
        now: "uniform, of deviation √(2/(inputs + outputs)) of the layer: made for tanh and sigmoid.",
      },
      {
        value: "he_normal",
        name: "He",
        now: "normal, of deviation √(2/inputs): ReLU loses half of every signal, and this makes up for it.",
      },
      {
        value: "uniform(0.5)",
        name: "Playground's",
        now: "uniform from −0.5 to 0.5 whatever the width, as in TensorFlow Playground.",
      },
    ],
  },
  {
    key: "loss",
    title: "Loss of classes",
    about:
      "Squared error takes classes for numbers. Softmax makes probabilities of the outputs, and cross-entropy, −log P(true class), makes a sure mistake costly.",
    choices: [
      {
        value: "mean_squared_error",
        name: "squared error",
        now: "tanh outputs are held against −1 and +1. A sure mistake stands at tanh's flat end, where the gradient is nearly 0.",
      },
      {
        value: "cross_entropy",
        name: "softmax with cross-entropy",
        now: "one output for each class; ∂L/∂sum is simply p − t, which is largest where the mistake is.",
      },
    ],
    unfit: (store) =>
      store.settings.problem === "regression"
        ? "Not for regression: numbers are learned by squared error, without softmax."
        : "",
  },
  {
    key: "activation",
    title: "Activation",
    about: "What bends each neuron's sum. Without it, any number of layers would be worth one.",
    choices: [
      {
        value: "sigmoid",
        name: "sigmoid",
        now: "1/(1 + exp(−s)), from 0 to 1. Its slope is at most ¼, so each layer takes at least three quarters off the gradient.",
      },
      { value: "tanh", name: "tanh", now: "from −1 to 1, slope 1 at 0: gradients pass better. Its ends are flat." },
      {
        value: "relu",
        name: "ReLU",
        now: "s where it is positive, else 0. Slope 1 on the positive side, however large: today's usual choice for deep networks.",
      },
    ],
  },
  {
    key: "categories",
    title: "Categories",
    about:
      "Teacher, doctor, student have no order. As one number (1, 2, 3) they would get one; one-hot gives each an input of its own: (1,0,0), (0,1,0), (0,0,1).",
    choices: [
      { value: "one-hot", name: "one-hot", now: "an input for each category, 1 for its own and 0 for the others." },
      {
        value: "number",
        name: "a single number",
        now: "one input that counts the categories: the network has to bend a line that means nothing.",
      },
    ],
    unfit: (store) =>
      hasCategories(store)
        ? ""
        : "Open a table with a column of categories among its inputs: then this can be switched.",
  },
  {
    key: "optimizer",
    title: "Optimizer",
    about: "How a gradient becomes a step.",
    choices: [
      { value: "sgd", name: "SGD", now: "each step is learning rate times gradient: small where gradients are small." },
      {
        value: "adam",
        name: "Adam",
        now: "each weight has a step size of its own, from the mean and the size of its gradients lately: even faint gradients move their weights.",
      },
    ],
  },
  {
    key: "restarts",
    title: "Several starts",
    about:
      "Where training ends depends on where it starts. Several starts, and the best of them, take the luck out of it.",
    choices: [
      { value: 1, name: "1 start", now: "one network from one seed: perhaps lucky, perhaps not." },
      {
        value: 16,
        name: "16 starts",
        now: "sixteen networks train side by side, each from its own weights: the spread of their losses is luck. Choose one on the chart.",
      },
    ],
  },
];

/**
 * Whether an input column of the open table holds categories.
 * @param {Store} store
 */
function hasCategories(store) {
  if (store.settings.dataset !== "table") return false;
  if (store.settings.categories === "number") return true; // they are counted as numbers now, and must find back
  return Boolean(store.scene?.table?.columns.some(({ kind, role }) => role === "input" && kind === "category"));
}

/** The lessons in words and settings. Every claim here was watched to come true with these very seeds. */

import { corner, furniture } from "./lesson_points.js";

/** @typedef {import("../store.js").Settings} Settings */

/**
 * @typedef {object} Setting
 * @property {string} name Of the button that sets it.
 * @property {string} watch What to do then, and what happens.
 * @property {Partial<Settings>} settings What differs from the defaults.
 * @property {Partial<import("../store.js").View>} [view]
 */

/**
 * @typedef {object} Lesson
 * @property {string} name In the link.
 * @property {string} title
 * @property {string[]} text Paragraphs.
 * @property {Setting[]} scenes The first is set when the lesson is opened.
 * @property {string} [source]
 */

/** A small network of sigmoids, the activation that the lecture begins with. @type {Partial<Settings>} */
const SIGMOIDS = { dataset: "xor", hidden: [8], activation: "sigmoid", learning_rate: 0.1 };

/** A large network, few points, and many of them of the wrong class. @type {Partial<Settings>} */
const NOISY = { dataset: "circle", noise: 40, points: 80, hidden: [16, 16], optimizer: "adam", learning_rate: 0.01 };

/** @type {Lesson[]} */
export const LESSONS = [
  {
    name: "xor",
    title: "XOR needs a hidden layer",
    text: [
      "The answer is blue where x and y have the same sign. A network without a hidden layer adds up its inputs, so it can only draw one straight border, and no straight line parts these points.",
    ],
    scenes: [
      {
        name: "Without a hidden layer",
        watch:
          "Press Run. The border turns this way and that, but the training loss stays above 0.9: a quarter of the points stay wrong for ever.",
        settings: { dataset: "xor", hidden: [] },
      },
      {
        name: "With eight hidden neurons",
        watch:
          "Press Run. Each hidden neuron draws a line of its own (see the small maps), and the output combines them: within 500 epochs the training loss is below 0.01.",
        settings: { dataset: "xor", hidden: [8] },
      },
    ],
    source: "lecture, “Training the network: XOR”",
  },
  {
    name: "zeros",
    title: "Zeros never break symmetry",
    text: [
      "Neurons that begin alike get the same gradient, take the same step, and stay alike for ever: eight of them are worth one.",
    ],
    scenes: [
      {
        name: "Begin with zeros",
        watch:
          "Press Run. The eight small maps stay the same, and in the table of weights (Look inside) all columns are equal. Health calls it symmetry; the loss stays above 0.7.",
        settings: { ...SIGMOIDS, kernel_initializer: "zeros" },
      },
      {
        name: "Begin at random",
        watch:
          "Press Run. Only the initial weights differ: now the neurons part, each takes a border of its own, and the training loss falls below 0.01.",
        settings: SIGMOIDS,
      },
    ],
    source: "lecture, “Randomising initial weights”",
  },
  {
    name: "raw",
    title: "Unnormalised inputs stall",
    text: [
      "All points lie in a corner: x and y are about 4.5 and vary by a third. Compared with such a mean the differences are small, so all points look nearly the same to a neuron, and a step for one of them moves the answer for all.",
    ],
    scenes: [
      {
        name: "Raw",
        watch: "Press Run. The loss wanders; after 1,000 epochs the training loss is still above 0.6.",
        settings: { dataset: "drawn", drawn: corner(), hidden: [8] },
      },
      {
        name: "Normalised",
        watch:
          "Press Run. The same points, moved to mean 0 and scaled to deviation 1: after 300 epochs the training loss is below 0.1.",
        settings: { dataset: "drawn", drawn: corner(), hidden: [8], inputs: "normalised" },
      },
    ],
    source: "lecture, “Input pre-processing”",
  },
  {
    name: "vanishing",
    title: "Deep sigmoid networks vanish",
    text: [
      "Sigmoid's slope is at most ¼. On its way back through six layers the gradient is multiplied by such slopes six times, and little is left for the first layers. Watch the bars in Health.",
    ],
    scenes: [
      {
        name: "Six layers of sigmoid",
        watch:
          "Press Run. The first layer's gradient is about a thousandth of the last layer's and less, and the loss stays at 1, where it began.",
        settings: { hidden: [8, 8, 8, 8, 8, 8], activation: "sigmoid" },
      },
      {
        name: "Six layers of ReLU, He's weights",
        watch: "Press Run. Gradients now reach every layer, and within 500 epochs the loss is next to 0.",
        settings: { hidden: [8, 8, 8, 8, 8, 8], activation: "relu", kernel_initializer: "he_normal" },
      },
    ],
    source: "Glorot and Bengio 2010; He et al. 2015",
  },
  {
    name: "luck",
    title: "Luck: sixteen starts",
    text: [
      "The same network on the same points, sixteen times from other random weights. Each thin line of the loss chart is one start.",
    ],
    scenes: [
      {
        name: "Four hidden neurons, sixteen starts",
        watch:
          "Press Run. After 500 epochs some starts are below 0.01, others are stuck far above, in a local minimum. Click a line of the chart to see that network.",
        settings: { dataset: "xor", hidden: [4], restarts: 16 },
      },
      {
        name: "Eight hidden neurons, sixteen starts",
        watch: "Press Run. With more neurons than it needs every start finds a way: luck counts for less.",
        settings: { dataset: "xor", hidden: [8], restarts: 16 },
      },
    ],
    source: "lecture, “Randomising initial weights”",
  },
  {
    name: "explode",
    title: "Too large a learning rate explodes",
    text: [
      "A single neuron that learns (x + y) / 10. A step that is too long lands farther from the valley's floor than it began; the next gradient is larger still, and so is the next step.",
    ],
    scenes: [
      {
        name: "Learning rate 0.085",
        watch:
          "Press Run. The loss grows a thousandfold with each epoch, until it is too large for a computer: training stops, and the page names the epoch and the layer.",
        settings: { problem: "regression", dataset: "reg-plane", hidden: [], learning_rate: 0.085 },
        view: { log: true },
      },
      {
        name: "Learning rate 0.03",
        watch:
          "Press Run. Smaller steps, and the loss falls to 0 within a few epochs. Raise the rate as it runs, and find where it breaks.",
        settings: { problem: "regression", dataset: "reg-plane", hidden: [], learning_rate: 0.03 },
        view: { log: true },
      },
    ],
  },
  {
    name: "overfitting",
    title: "Overfitting: noise and few points",
    text: [
      "A large network and forty noisy training points: it can learn every point by heart, the wrong ones too. Then the training loss still falls while the test loss rises.",
    ],
    scenes: [
      {
        name: "Forty points",
        watch:
          "Press Run. The training loss goes to 0, the test loss from 0.8 to 1 and beyond; the map gets islands around single points.",
        settings: NOISY,
        view: { show_test: true },
      },
      {
        name: "A penalty on large weights",
        watch: "Press Run. L2 keeps the weights small and the border smooth: the test loss settles near 0.7.",
        settings: { ...NOISY, penalty: "l2", penalty_rate: 0.01 },
        view: { show_test: true },
      },
      {
        name: "Two thousand points",
        watch:
          "Press Run. So many cannot be learned by heart: training and test loss stay close together, between 0.4 and 0.6.",
        settings: { ...NOISY, points: 4000 },
        view: { show_test: true },
      },
    ],
  },
  {
    name: "softmax",
    title: "Softmax with cross-entropy",
    text: [
      "Four classes: chair, table, wardrobe, door. The network has an output for each; softmax, exp(y) divided by the sum of all exp(y), makes probabilities of them.",
      "The lecture's example: outputs −0.2, 0.5, 0.1 and 0.1 give the table a probability of 0.352. Cross-entropy, −log of the true class's probability, is then 1.04.",
    ],
    scenes: [
      {
        name: "Softmax with cross-entropy",
        watch:
          "Press Run, then click a point: Look inside shows its four probabilities. Backward, the gradient of each output is simply p − t. Though the weights begin too large, nearly all points are right after 30 epochs.",
        settings: {
          dataset: "drawn",
          drawn: furniture(),
          loss: "cross_entropy",
          hidden: [6],
          kernel_initializer: "normal(3)",
        },
      },
      {
        name: "Squared error",
        watch:
          "Press Run. From the same weights tanh stands at its flat ends, where sure mistakes have hardly any gradient: after 300 epochs the loss is still about 1.",
        settings: { dataset: "drawn", drawn: furniture(), hidden: [6], kernel_initializer: "normal(3)" },
      },
    ],
    source: "lecture, “Training classification networks”, “Cross-entropy loss function”",
  },
  {
    name: "shapes",
    title: "The shape trap",
    text: [
      "Exercise 3 of the lecture has four outputs of shape [4, 1]. If the targets have shape [4] or [1, 4] instead, nothing fails: broadcasting holds every output against every target, 4 × 4 differences in place of 4. The loss then asks each output to be near all targets at once, so the best it can do is their mean.",
      "For XOR the wrong loss never falls below 4, however long you train. The engine of this page refuses such shapes, and ffnn.tf warns; so here is the arithmetic. Change the outputs, and try to get below.",
    ],
    scenes: [],
    source: "lecture, “Exercise 3: gotchas”",
  },
];

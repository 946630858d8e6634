# %% [markdown]
# # 16. A real table
#
# You have built all the parts: normalised inputs, layers, softmax, several starts, rows kept aside. `ffnn.train`
# puts them together. Here you use it on a real table, and judge what it says.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks_11_16.py and pictures.py stand
import tempfile
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from sklearn.datasets import load_breast_cancer

import checks_11_16 as checks
import ffnn
import pictures

# %% [markdown]
# ## The table
#
# 569 tumours, 30 numbers measured on images of their cells, and a diagnosis (Breast Cancer Wisconsin, which
# scikit-learn brings along). We write it as two files: one to learn from, and 69 rows that play the patients of next
# year.

# %%
data = load_breast_cancer()
table = pl.DataFrame(data.data, schema=[str(name).replace(" ", "_") for name in data.feature_names])
table = table.with_columns(diagnosis=pl.Series([str(data.target_names[code]) for code in data.target]))
folder = Path(tempfile.mkdtemp())
table.head(500).write_csv(folder / "cancer.csv")
table.tail(69).write_csv(folder / "new.csv")
table.select("mean_radius", "mean_texture", "diagnosis").head(4)

# %% [markdown]
# ## Training
#
# `ffnn.train(file, target=name)` does it all. The recipe makes it small: two hidden layers of 32 nodes, 4 starts, 50
# epochs.

# %%
recipe = ffnn.Recipe(hidden=(32, 32), restarts=4, epochs=50)

# solution
# gap: model = ...  # learn the diagnosis from cancer.csv; pass recipe=recipe too
model = ffnn.train(folder / "cancer.csv", target="diagnosis", recipe=recipe)
# end

# %%
checks.trained_model(globals())

# %% [markdown]
# What happened there, and where you have met it:
#
# | step | lesson |
# |---|---|
# | the columns are numbers: each is normalised, by the training rows | 7 |
# | a column of words would be one-hot | 10 |
# | two classes: softmax and cross-entropy; a target of numbers would get squared error | 11, 12 |
# | hidden layers with ReLU, weights after Glorot, the optimizer Adam | 8, 9 |
# | 4 starts; predictions are the mean of their probabilities | 13 |
# | a fifth of the rows is kept aside for the scores; other rows judge each start, which keeps its best epoch | 15 |
#
# ## How training went
#
# `model.history` has the loss of every start and epoch: on its training rows, and on the part that judges it.

# %%
epochs = np.arange(1, model.history.loss.shape[1] + 1)
for loss, judged in zip(model.history.loss, model.history.score, strict=True):
    plt.plot(epochs, loss, color=pictures.GREY, lw=1)
    plt.plot(epochs, judged, color=pictures.BLUE, lw=1)
plt.yscale("log")
plt.xlabel("epoch")
plt.ylabel("cross-entropy")
plt.title("grey: rows trained on; blue: rows that judge")
plt.show()
# %% [markdown]
# ## Scores, and something to compare them with
#
# `model.scores["test"]` holds scores on rows that no start saw.

# %%
confusion = np.array(model.scores["test"]["confusion"])
print(model.target.labels)
print(confusion)

# %% [markdown]
# A row of this matrix is what is true, a column what was predicted, both in the order of the labels. Compute from it:

# %%
# solution
# gap: accuracy = ...  # the share of test rows that are predicted rightly
# gap: missed = ...  # how many malignant tumours were called benign
# gap: always_benign = ...  # the accuracy of someone who says "benign" to everybody
accuracy = np.trace(confusion) / np.sum(confusion)
missed = confusion[1, 0]
always_benign = np.sum(confusion[0]) / np.sum(confusion)
# end
print(accuracy, missed, always_benign)

# %%
checks.read_confusion(globals())

# %% [markdown]
# The last is the *constant* baseline. Beside it stands a *linear* model, a network without hidden layers:

# %%
rivals = {"network": "test", "linear": "linear", "constant": "constant"}
figure, axes = plt.subplots(1, 2, figsize=(8, 2.6), layout="constrained")
for axis, measure in zip(axes, ["accuracy", "log_loss"], strict=True):
    values = [model.scores[key][measure] for key in rivals.values()]
    colours = [pictures.BLUE, pictures.ORANGE, pictures.GREY]
    axis.bar_label(axis.bar(list(rivals), values, color=colours), fmt="%.3f", padding=-14)
    axis.set_title(measure)
plt.show()

# %% [markdown]
# **Question.** Would 90 % be a good accuracy?
#
# <details><summary>Answer</summary>
#
# It depends on what one gets for nothing. Saying "benign" to everybody gives 61 % here; of a table with 95 % benign
# rows it would give 95 %. A score means something beside that of a baseline.
#
# </details>
#
# **Question.** The network beats the linear model. By how much, and would you bet on it for another table?
#
# <details><summary>Answer</summary>
#
# In accuracy by two rows of a hundred: with other test rows it could be the other way round. Its probabilities are
# nearer to the truth here, as the log loss says. On small tables of numbers a linear model is often as good; that is
# why it is always shown.
#
# </details>

# %%
assert np.sum(confusion) == 100
assert np.isclose(model.scores["test"]["accuracy"] - model.scores["linear"]["accuracy"], 0.02)
assert model.scores["test"]["log_loss"] < model.scores["linear"]["log_loss"]
assert always_benign == 0.61 == model.scores["constant"]["accuracy"]

# %% [markdown]
# ## New rows
#
# Next year's patients come. `model.predict(file)` gives a label for each row, `model.predict_proba(file)` the
# probabilities, in the order of the labels. Take the mean of $-\log p$ of the true diagnosis: the cross-entropy of
# lesson 11.

# %%
new = folder / "new.csv"
truth = pl.read_csv(new)["diagnosis"].to_numpy()

# solution
# gap: predicted = ...  # a label for each new row
# gap: probabilities = ...  # a row for each new row, a column for each label
# gap: right = ...  # the share of the new rows that are predicted rightly
# gap: log_loss = ...  # the mean of -log p(true diagnosis)
predicted = model.predict(new)
probabilities = model.predict_proba(new)
right = np.mean(predicted == truth)
log_loss = np.mean(-np.log(np.where(truth == "malignant", probabilities[:, 1], probabilities[:, 0])))
# end
print(right, log_loss)

# %%
checks.new_patients(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `np.where(truth == "malignant", probabilities[:, 1], probabilities[:, 0])` picks the probability of the truth.
#
# </details>
#
# `model.evaluate(new)` gives the same two numbers, and more.

# %%
doubtful = np.argsort(np.abs(probabilities[:, 1] - 0.5))[:4]
for row in doubtful:
    print(f"row {row}: P(malignant) = {probabilities[row, 1]:.2f}, truly {truth[row]}")

# %% [markdown]
# **Question.** A doctor wants to miss no malignant tumour. What would you change: the network, or what is done with its
# probabilities?
#
# <details><summary>Answer</summary>
#
# First the latter: call a tumour suspicious not from 0.5 on but from, say, 0.1. More healthy patients are examined once
# more, fewer ill ones are sent home. Probabilities leave that choice to whoever knows what the errors cost.
#
# </details>
#
# What if the new file is not as it should be? Next year's laboratory forgets a column:

# %%
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    model.predict(pl.read_csv(new).drop("mean_radius"))
print(told[0].message)

# %% [markdown]
# It predicts all the same (a missing number counts as the training rows' mean), and says what differs.
# `model.predict(..., strict=True)` refuses instead.
#
# ## Save and load
#
# `model.save(path)` writes one file: columns, means and deviations, all networks, scores. `ffnn.load(path)` reads it.

# %%
path = folder / "cancer.safetensors"

# solution
# gap: ...  # save the model to path
# gap: again = ...  # load it
model.save(path)
again = ffnn.load(path)
# end

# %%
checks.saved_and_loaded(globals())

# %% [markdown]
# **Question.** Why must the means and deviations of the columns be in the file?
#
# <details><summary>Answer</summary>
#
# New rows must be normalised as the training rows were, with the same numbers (lesson 7). Weights without them are of
# no use.
#
# </details>
#
# The same without Python:
#
# ```sh
# ffnn train cancer.csv --target diagnosis
# ffnn predict cancer.safetensors new.csv -o predictions.csv
# ```
#
# Now a table of your own: `ffnn.train("yours.csv", target="your column")`.

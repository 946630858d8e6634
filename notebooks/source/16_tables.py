# %% [markdown]
# # 16. A real table
#
# So far every step was yours. `ff.train` takes a table and takes all of them: it normalises, encodes categories, draws
# weights, starts several times, stops in time, and tests on rows that no network has seen. Now that you know what each
# step is for, let it work.

# %%
import sys

sys.path += ["..", "notebooks"]  # where lesson_checks.py and pictures.py stand
import tempfile
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from sklearn.datasets import load_breast_cancer

import feedforward as ff
import lesson_checks as checks
import pictures

# %% [markdown]
# ## The table
#
# 569 patients; 30 numbers measured on images of cell nuclei; the diagnosis, benign or malignant. It comes with
# scikit-learn. Six patients are kept aside, as those who come next week.

# %%
data = load_breast_cancer()
everybody = pl.DataFrame(data.data, schema=[str(name).replace(" ", "_") for name in data.feature_names])
everybody = everybody.with_columns(diagnosis=data.target_names[data.target].astype(str))

table = everybody.head(-6)
new = everybody.tail(6).drop("diagnosis")
table.select("mean_radius", "mean_texture", "worst_area", "diagnosis").head(4)

# %% [markdown]
# ## Train
#
# `ff.train` wants the table (a Polars or pandas data frame, an array, or the path of a file) and the name of the column
# to predict. A recipe holds the choices; here only two differ from the defaults, to save time.

# %%
recipe = ff.Recipe(hidden=(32, 32), restarts=4)

# solution
# gap: model = ff.train(table, target=..., recipe=recipe)
model = ff.train(table, target="diagnosis", recipe=recipe)
# end

# %%
checks.trained_on_the_table(globals())

# %% [markdown]
# What has it done? This is where the lessons are:
#
# | what | here | lesson |
# |---|---|---|
# | normalised inputs, statistics kept for new rows | `model.encoder` | 7 |
# | ReLU | `recipe.activation` | 8 |
# | initial weights | `recipe.kernel_initializer` | 9 |
# | categories one-hot (this table has none but the target) | `model.encoder` | 10 |
# | softmax and cross-entropy, or squared error for numbers | `model.target` | 11, 12 |
# | several starts, and the mean of their answers | `recipe.restarts` | 13 |
# | early stopping, held-out rows | `recipe.patience`, `model.scores` | 15 |

# %%
first = model.encoder.columns[0]
print(f"{first.name}: mean {first.mean:.3f}, standard deviation {first.deviation:.3f}")
print(f"{recipe.activation}, {recipe.kernel_initializer}, {recipe.restarts} starts, patience {recipe.patience}")
print("classes:", *model.target.labels)
assert recipe.activation == "relu"

# %% [markdown]
# ## How good is it?
#
# The scores are of rows that took no part in training. Next to the network stand a linear model and one that always
# says the same: without them a number such as 0.97 means little.

# %%
for name in ("test", "linear", "constant"):
    score = model.scores[name]
    print(f"{name:9} accuracy {score['accuracy']:.3f}   log loss {score['log_loss']:.3f}")
assert model.scores["test"]["accuracy"] > 0.93
assert 0.6 < model.scores["constant"]["accuracy"] < 0.7

# %% [markdown]
# The confusion matrix has a row for each true class and a column for each predicted one. Compute the accuracy from it.

# %%
confusion = np.array(model.scores["test"]["confusion"])
print(confusion)

# solution
# gap: accuracy = ...
accuracy = np.trace(confusion) / confusion.sum()
# end

# %%
checks.accuracy_by_hand(globals())

# %% [markdown]
# **Question.** Always to say "benign" is right for more than 60 % of the patients. Is accuracy the score to look at?
#
# <details><summary>Answer</summary>
#
# Not alone. To call a malignant tumour benign is worse than the other way round: look at the two numbers off the
# diagonal one by one. Log loss is the cross-entropy of lesson 11; it asks whether the *probabilities* are right, and
# punishes those that are sure and wrong.
#
# </details>
#
# ## How it learned
#
# Each start has a fold of the training rows of its own, which judges it, and keeps the weights of its best epoch.

# %%
history = model.history
plt.figure(figsize=(7, 3))
for restart, (loss, score) in enumerate(zip(history.loss, history.score, strict=True)):
    plt.plot(loss, color=pictures.ORANGE, lw=1, label="" if restart else "training loss")
    plt.plot(score, color=pictures.BLUE, lw=1, label="" if restart else "loss on the judging rows")
    best = history.best_epoch[restart] - 1
    plt.plot(best, score[best], "o", color="black", ms=4, label="" if restart else "kept")
plt.yscale("log")
plt.xlabel("epoch")
plt.legend()
plt.show()

# %% [markdown]
# ## New patients
#
# `model.predict` gives labels, `model.predict_proba` a column of probabilities for each class, in the order of
# `model.target.labels`: benign, malignant. For `new`, take the labels, and the probability of "malignant".

# %%
# solution
# gap: labels = ...
# gap: p_malignant = ...
labels = model.predict(new)
p_malignant = model.predict_proba(new)[:, 1]
# end

# %%
checks.new_patients(globals())

# %%
for label, p, truth in zip(labels, p_malignant, everybody.tail(6)["diagnosis"], strict=True):
    print(f"{label:10} P(malignant) = {p:.3f}   it was {truth}")

# %% [markdown]
# ## What if a new row is strange?
#
# A column is missing, and one number is in the wrong unit. It answers, as well as it can, and says what differs; with
# `strict=True` it would refuse.

# %%
strange = new.drop("mean_texture").with_columns(pl.col("mean_radius") * 1000)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    model.predict(strange)
for warning in said:
    print(warning.message)
assert issubclass(said[0].category, ff.TableWarning)
try:
    model.predict(strange, strict=True)
except ff.TableError as error:
    print("strict:", error)
else:
    raise AssertionError("strict must refuse")

# %% [markdown]
# ## Save and load
#
# One file holds networks, statistics, classes and scores. Save the model to `file` and load it again with `ff.load`.

# %%
file = Path(tempfile.mkdtemp()) / "cancer.safetensors"

# solution
# gap: ...  # save
# gap: again = ...  # load
model.save(file)
again = ff.load(file)
# end

# %%
checks.loaded_again(globals())

# %% [markdown]
# **Question.** Why must the file hold the means and standard deviations as well?
#
# <details><summary>Answer</summary>
#
# The weights were learned for normalised columns. Raw ones would mean something else to them, and the new rows' own
# statistics would too (lesson 7).
#
# </details>
#
# **Question.** The network is no better than the linear model, or hardly. Was it worth it?
#
# <details><summary>Answer</summary>
#
# For this table, hardly: its classes can almost be told apart by a plane, and a linear model is easier to explain. That
# is why the comparison stands there. Where the border bends, as with XOR, a linear model fails and the network does
# not.
#
# </details>
#
# From the command line it is the same:
#
# ```sh
# feedforward train cancer.csv --target diagnosis
# feedforward predict cancer.safetensors new.csv -o predictions.csv
# ```

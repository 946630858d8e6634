"""Every choice of a training run: a recipe, the recipes by name, and what a table settles of them.

Nothing here reaches JAX, so that a model can hold its recipe.
"""

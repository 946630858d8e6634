"""Training a network on arrays: the recipe, the compiled loop, the restarts. Nothing here knows tables, files or clocks.

`recipe` reaches no JAX, so that a model can hold its recipe; `loop` and `restarts` are where JAX begins.
"""

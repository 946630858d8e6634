"""Training a network on arrays: recipe, compiled loop, restarts. Nothing here knows tables, files or clocks.

`recipe` reaches no JAX, so that a model can hold its recipe; `loop` and `restarts` are where JAX begins.
"""

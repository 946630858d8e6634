"""Training a network on arrays: compiled loop, restarts. Nothing here knows tables, files or clocks.

`loop` and `restarts` are where JAX begins.
"""

"""Training a network on arrays: compiled loop, restarts. Nothing here knows tables or files, or goes by a clock.

```text
Source               where rows come from: chunks that train, rows that validate (Resident: rows in memory)
  Run                network, source, recipe and seed made ready; its `take` makes of a State and a Chunk the next State
    │                and a History of the chunk's epochs, by the one compiled function loop.run_chunk
    ├ restarts.steps takes the chunks of a whole run, one after another; restarts.train all of them
    │   Course       gathers what its epochs achieve
    │   Record       says how far it is to whoever watches
    │   Trained      is what comes out: the parameters of the restarts that are kept
    └ Live           takes some epochs at a time, and is steered in between
        Snapshot     a moment of it, to go back to
```

JAX begins with `state` and `devices`; what a run draws from its seed (`starts`) needs NumPy alone;
`steps` needs nothing.
"""

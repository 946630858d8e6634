"""What a network is: activations, initializers, layers, losses. Arrays only; NumPy's and JAX's alike."""

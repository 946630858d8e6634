"""From cells to the inputs of a network: what is known of each column, and what is made of it."""

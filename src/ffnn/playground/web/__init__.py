"""The web server of the playground: who may come in, which sessions live, what goes over the line."""

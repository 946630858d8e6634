"""A look at a table before anything is trained: what is understood of it, as an object, on a terminal, as a page."""

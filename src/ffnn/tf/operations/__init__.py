"""The operations: what each is called, computes and takes, as specs and as values."""

"""The experiment: what each trick of training is worth on a table."""

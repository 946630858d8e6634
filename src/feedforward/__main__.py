"""`python -m feedforward` is the command line."""

from feedforward.cli import main

if __name__ == "__main__":
    main()

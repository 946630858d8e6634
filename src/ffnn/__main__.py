"""`python -m ffnn` is the command line."""

from ffnn.cli import main

if __name__ == "__main__":
    main()

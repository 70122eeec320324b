"""How fast the house is: `make bench`, or `python -m takatuf.testing.bench`."""

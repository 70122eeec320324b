"""The response framework as pages that anyone may read."""

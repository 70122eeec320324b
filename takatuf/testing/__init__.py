"""What tests, the demo city and the measurements are built with."""

"""What a city shows of itself to everyone."""

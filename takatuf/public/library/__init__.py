"""The library of what cities did and learned: its list, its cards, and what was withdrawn."""

"""The situation reports that a city gave to everyone."""

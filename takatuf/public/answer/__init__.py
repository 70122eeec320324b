"""Answering a call by the link of a message, without signing in."""

"""Reads the objects of a git repository that nobody trusts."""

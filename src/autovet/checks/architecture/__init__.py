"""Checks of the category ``architecture``, one a file."""

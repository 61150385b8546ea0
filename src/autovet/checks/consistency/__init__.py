"""Checks of the category ``consistency``, one a file."""

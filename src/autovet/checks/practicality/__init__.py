"""Checks of the category ``practicality``, one a file."""

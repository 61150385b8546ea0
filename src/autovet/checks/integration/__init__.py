"""Checks of the category ``integration``, one a file."""

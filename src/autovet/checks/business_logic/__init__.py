"""Checks of the category ``business_logic``, one a file."""

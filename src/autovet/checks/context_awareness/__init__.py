"""Checks of the category ``context_awareness``, one a file."""

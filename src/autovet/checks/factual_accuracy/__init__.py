"""Checks of the category ``factual_accuracy``, one a file."""

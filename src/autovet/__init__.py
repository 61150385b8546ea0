"""Autovet decides whether AI-written Python is fit to merge."""

__version__ = "0.1.0"

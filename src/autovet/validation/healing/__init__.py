"""Searches for repairs by running many variants of the code in the sandbox."""

"""Measures quality on corpora given by path and speed against what a user would pick instead."""

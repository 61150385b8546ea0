"""Analysis of regular expressions."""

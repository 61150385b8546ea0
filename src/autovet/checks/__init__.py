"""One folder per category, one file per check."""

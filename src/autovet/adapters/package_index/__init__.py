"""What the Python package index lists, shipped with Autovet, and what an environment holds."""

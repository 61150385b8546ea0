"""ruff's warm server and the table that maps its codes to our rules."""

"""Ways in and out: the command line and the report formats."""

"""Changes for findings whose engine brings none, one kind a file."""

"""Questions about syntax that several checks ask."""

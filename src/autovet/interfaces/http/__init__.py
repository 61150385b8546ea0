"""HTTP: validate, status and metrics."""

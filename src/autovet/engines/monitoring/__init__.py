"""Watches the host, the process tree and the components."""

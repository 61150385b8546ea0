"""Changes that take untrusted values out of statements and commands."""

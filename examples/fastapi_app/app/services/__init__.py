"""The services of the example application."""

"""A small service that validates the code that is posted to it."""

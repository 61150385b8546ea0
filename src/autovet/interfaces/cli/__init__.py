"""The command line: decode, call a use case, encode."""

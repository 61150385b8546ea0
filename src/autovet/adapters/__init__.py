"""The outside: analyzer servers, workers, sandbox, store, host."""

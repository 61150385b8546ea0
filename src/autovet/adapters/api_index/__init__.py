"""What installed libraries define, read from their files and kept on disk; nothing is imported."""

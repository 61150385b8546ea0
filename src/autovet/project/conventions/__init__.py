"""What the project's own code shows about how it likes to be written."""

"""The project around the code: files, declarations, environment, conventions, imports."""

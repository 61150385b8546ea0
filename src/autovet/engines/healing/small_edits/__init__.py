"""Small edits: the slips that programmers make, undone one at a time."""

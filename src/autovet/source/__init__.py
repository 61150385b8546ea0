"""From bytes to a parsed module: the gate, decoding, tree, symbols, comments, edits."""

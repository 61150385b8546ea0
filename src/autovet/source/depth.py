"""How deep a tree is, counted without recursion."""

import ast


def depths(tree: ast.AST) -> tuple[int, int]:
    """Return the depth of the tree and of its deepest ``match`` pattern, counted apart.

    A chain of ``elif`` is as deep as it is long, since each stands inside the one before.
    """
    deepest = deepest_pattern = 0
    stack: list[tuple[ast.AST, int, int]] = [(tree, 1, 0)]
    while stack:
        node, depth, pattern = stack.pop()
        if isinstance(node, ast.pattern):
            pattern += 1
            deepest_pattern = max(deepest_pattern, pattern)
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1, pattern) for child in ast.iter_child_nodes(node))
    return deepest, deepest_pattern

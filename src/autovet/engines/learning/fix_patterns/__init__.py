"""Changes that were made more than once, found by anti-unification of before and after."""

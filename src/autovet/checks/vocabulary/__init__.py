"""What checks know about libraries and frameworks: which calls fetch, query, route, wait."""

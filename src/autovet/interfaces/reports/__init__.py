"""Verdicts as text, JSON, SARIF, GitHub annotations and JUnit."""

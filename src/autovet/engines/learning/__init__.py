"""Turns outcomes into a policy that a person can read."""

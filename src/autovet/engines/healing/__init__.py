"""Repairs what it can prove."""

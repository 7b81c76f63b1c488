"""Statements that hold a strong lock while they work."""

"""Rows of our own making on SQLite."""

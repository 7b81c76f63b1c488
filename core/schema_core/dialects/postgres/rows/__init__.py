"""Rows of our own making on PostgreSQL."""

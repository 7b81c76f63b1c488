"""Watching one statement run on PostgreSQL."""

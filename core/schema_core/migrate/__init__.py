"""Versioned migrations: what a database has had of a directory, and running the rest."""

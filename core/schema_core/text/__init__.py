"""Escaping, redaction, truncation and fences for every sink: the one place."""

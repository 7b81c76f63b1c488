"""Carrying out a plan on a database."""

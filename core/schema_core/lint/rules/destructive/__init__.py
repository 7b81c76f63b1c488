"""What destroys data."""

"""Two states in, a list of changes out."""

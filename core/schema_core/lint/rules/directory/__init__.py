"""What is wrong with the set of files rather than with a statement."""

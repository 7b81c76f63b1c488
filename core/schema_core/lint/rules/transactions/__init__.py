"""What cannot run in the file's transaction."""

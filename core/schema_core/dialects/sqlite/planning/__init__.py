"""Planning changes of SQLite schemas."""

"""What SQLite lets us see of one statement."""

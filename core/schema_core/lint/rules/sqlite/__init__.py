"""What goes wrong on SQLite only: tables that are made anew, columns that are added, and its one lock."""

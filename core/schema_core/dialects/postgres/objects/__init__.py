"""PostgreSQL object kinds, one module each: its own fields, and how it is created."""

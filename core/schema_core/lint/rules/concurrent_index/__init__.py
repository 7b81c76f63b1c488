"""Index builds that keep writers waiting."""

"""Where a state comes from."""

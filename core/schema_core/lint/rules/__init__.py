"""One rule per file, grouped by hazard family."""

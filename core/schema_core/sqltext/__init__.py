"""SQL as text: positions, comments, directives and delimiters, with each engine's lexical rules as data."""

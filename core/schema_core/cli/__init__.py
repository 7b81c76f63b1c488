"""The command line: parse, call the operation, render, exit code."""

"""The migration directory: files, versions, sums, directives, change sets."""

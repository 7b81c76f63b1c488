"""What is generated from the manifest; each module has ``files()``: path in the repository to content."""

"""One module per CI platform, behind one protocol."""

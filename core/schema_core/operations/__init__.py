"""One module per command: settings in, result out."""

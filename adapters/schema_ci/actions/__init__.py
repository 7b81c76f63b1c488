"""One module per action: inputs, operation, what to publish."""

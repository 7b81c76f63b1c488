"""One module per kind of object: its class, how it is read from its SQL text and how it is created."""

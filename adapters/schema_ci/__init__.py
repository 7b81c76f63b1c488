"""The CI side of schema-action: platforms, actions and what they publish."""

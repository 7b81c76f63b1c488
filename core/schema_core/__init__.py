"""schema-action's engine: inspects databases, replays migrations and reports what was seen."""

__version__ = "0.1.0"

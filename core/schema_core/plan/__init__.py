"""From changes to ordered statements, and the proof that they lead where they should."""

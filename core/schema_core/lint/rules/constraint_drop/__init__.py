"""What gives up integrity."""

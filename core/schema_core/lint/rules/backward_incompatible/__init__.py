"""What breaks the application version that is still running."""

"""What fails or not depending on the rows in production."""

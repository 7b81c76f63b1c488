"""What is posted where, and how much of it fits."""

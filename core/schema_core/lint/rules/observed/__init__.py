"""Whatever was seen and no other rule has explained."""

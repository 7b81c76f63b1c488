"""``python -m schema_ci``, the image's entry point."""

from schema_ci.main import main

main()

"""How the directories of Atlas and of other tools are read and written: one module per tool."""

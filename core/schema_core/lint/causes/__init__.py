"""Why a server did what was seen: causes as data, one file for each dialect."""

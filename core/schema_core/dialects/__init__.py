"""One package per database engine, all behind ``protocol``; ``registry`` finds the right one."""

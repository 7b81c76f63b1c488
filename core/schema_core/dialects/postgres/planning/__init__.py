"""How PostgreSQL gets from one state to another: changes in, steps out, each with what it must follow."""

"""How each kind of row is laid out, a module for each family of rows: only what a command shows is imported."""

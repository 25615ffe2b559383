"""A large store without an index: read a line at a time, in memory that does not grow with it."""

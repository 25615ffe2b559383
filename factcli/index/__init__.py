"""The index of a store: a derived SQLite file that answers lookups without reading the store, and never changes an answer."""

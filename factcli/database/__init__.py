"""The database that answers every question: derived from a store's lines, and disposable."""

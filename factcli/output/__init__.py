"""Rows to bytes: formats, tables, pages, and the streams they go to."""

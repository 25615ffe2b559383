"""The JSON file of a store: read line by line, written durably."""

"""A claim's record: the claim with all that is needed to read it alone. The JSON contract."""

"""What commands print: each kind of row with its JSON shape and its table."""

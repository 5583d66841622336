"""pingyi: an analytical workbench for public-review campaigns (民主评议)."""

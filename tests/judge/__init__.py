"""The judge: campaigns scored again in exact fractions, without a line of the package."""

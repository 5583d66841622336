"""Finished results, and how they are said."""

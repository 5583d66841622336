"""A run on disk: its folder, its manifest, and what changed since the one before."""

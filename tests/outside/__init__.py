"""An outsider with all documents of a run: what they print of votes, and what can be worked out from it."""

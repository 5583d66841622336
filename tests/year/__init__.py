"""A random year of a small campaign, and a plain model that says after each step what must be there.

model     files, ledger and what they come to, in plain Python
office    the campaign in a folder, and what the package says of it
steps     what an office does: batches, corrections by two hands, objections, kills, runs, the next year
"""

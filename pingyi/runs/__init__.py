"""A run on disk, and what was before it.

folder     the folder of a run, and the runs that there are
manifest   what a run was made from and what it made
arrivals   when each file was first in hand, and what was known on a day
changes    what a result stands on, and where two such states differ
history    what a run keeps of what was before it, and the campaign's life
"""

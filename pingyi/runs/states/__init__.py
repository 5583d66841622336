"""Which state is this: what came when, what changed since the last run, what a result stands on.

arrivals    when each file was first in hand, and when it was gone
known       which files were in hand on a day
taken       the facts as a check or a run takes them
state       what a run, an unfinished run, or the campaign's folders stand on
changes     where two states differ; rows: in the rows of their tables
standing    whether a run still stands on what lies there now
past        what a run keeps of what was before it, and how it is told
timeline    what happened in the campaign's life; life: as the command line tells it
"""

"""What may leave the office: small cells withheld, and no number of a person in any file.

cells   tables of votes with any margins: which cells must not be shown so that none can be worked out
told    the votes of one campaign by unit, cycle, item, level, channel and group, with what is withheld
scan    the files of a folder, searched for telephone and identity numbers
"""

from pingyi.disclosure.cells import ALL, LEAST, withheld

__all__ = ["ALL", "LEAST", "withheld"]

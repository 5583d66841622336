"""One-time codes of a ballot: made, handed out, replaced, and checked when the ballots come back.

    make_codes(plan, "ballot", {"某类": 650}, handout=Path("发放.xlsx"), on=date.today())
    reissue(plan, "17", handout=Path("换发.xlsx"), on=date.today())
    check_ballots(plan, "ballot", [Path("选票")], units=facts.tables["units"], folder=Path("核验"), at=datetime.now())
    ballots_in_force(plan, facts.tables["ratings"])

code       what a code looks like, and how a wrong character is found
key        the campaign's secret, and what it makes of a code for each purpose
register   which hashes were issued and revoked, and which files were checked; a chain that nobody edits unseen
issue      codes made and replaced
batches, returned    files and folders of returned ballots → rows
verdicts, check, receipts    all rows together → what becomes of each ballot → ratings and receipts
results, in_force    what is known of earlier checks; whether the facts hold the last result, and no other

Who knows the key and a code can find the ballot; the office deletes hand-outs and exports when the result stands.
"""

from pingyi.fieldwork.codes.check import check_ballots
from pingyi.fieldwork.codes.in_force import ballots_in_force
from pingyi.fieldwork.codes.issue import make_codes, numbers_for, reissue
from pingyi.fieldwork.codes.key import CodesRefused, key_file, register_file
from pingyi.fieldwork.codes.returned import BallotFaults

__all__ = [
    "BallotFaults",
    "CodesRefused",
    "ballots_in_force",
    "check_ballots",
    "key_file",
    "make_codes",
    "numbers_for",
    "register_file",
    "reissue",
]

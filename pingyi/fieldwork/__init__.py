"""What is done among people: samples drawn that anyone can check, and one-time codes of a ballot.

sampling            a public seed, the plan's rule and the facts `clients` → who is asked
sampling_files      … as a list of contacts, a public list of tickets and a note on how to check it
ballot_codes        codes made, handed out once, and replaced
code_register       which hashes were issued and revoked, which files were checked; a chain that nobody edits unseen
returned_ballots    files and folders of returned ballots → rows
ballot_verdicts     all rows together → what becomes of each ballot
ballot_check        … → ratings, receipts and a row of the register
ballots_in_force    whether the facts hold the last result, and no other

Who knows the key and a code can find the ballot; the office deletes hand-outs and exports when the result stands.
"""

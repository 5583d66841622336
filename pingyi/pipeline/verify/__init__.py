"""A finished run, checked by somebody who trusts nobody: every hash, and every published table computed again.

made       the manifest, and whether it is as it was written
kept       the files of a run against its manifest
again      tables, database and report computed again from the plan and the facts that the run keeps
cells      where two tables differ
verdict    what was found, in lines; RunDiffers
"""

from pingyi.pipeline.verify.verdict import RunDiffers, Verdict
from pingyi.pipeline.verify.whole import verify

__all__ = ["RunDiffers", "Verdict", "verify"]

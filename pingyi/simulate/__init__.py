"""A plan → plausible facts with a known truth: to try a plan out, to teach, and to test what the workbench finds.

    simulated = simulate(plan, roster, seed=2020)
    write(simulated, Path("data/tiny-2020"))

`simulate_into` takes the roster from the folder, or makes one up.

Everything comes from the plan and the roster; the same plan, roster and seed give the same files, byte for byte.
"""

from pingyi.simulate.campaign_year import Simulated, simulate
from pingyi.simulate.fact_files import NotSimulated, simulate_into, write

__all__ = ["NotSimulated", "Simulated", "simulate", "simulate_into", "write"]

"""The project beside others that find passages, in one run, as ratios.

What lies in `scripts/` is run by each peer's own Python, in an environment that the benchmark
makes, and is no part of a package.
"""

"""What makes the product: training, calibration, published figures and benchmarks.

It is part of the source tree and not of the wheel: it needs the data sets, hours or other projects.
"""

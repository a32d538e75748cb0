"""The metrics of the catalogue, a file for each of its groups; `scenarios/metrics.py` has them all."""

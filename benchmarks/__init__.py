"""Measurements, kept so that a change can be held against them. `make bench` writes RESULTS.md."""

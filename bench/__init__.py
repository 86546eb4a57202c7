"""Figures, not tests: `make bench` prints one table from one run, with ratios of what was measured side by side."""

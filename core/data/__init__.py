"""Data: 1-D targets and 2-D shapes."""

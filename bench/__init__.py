"""Side-by-side measurements, each `python -m bench.NAME`, printing a ratio."""

"""Benchmarks on real data; each prints one JSON line. Figures are in `README.md`."""

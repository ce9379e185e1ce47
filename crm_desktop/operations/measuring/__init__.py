"""Measuring this program on this computer, on a sample organization made for it; see ``bench.py``."""

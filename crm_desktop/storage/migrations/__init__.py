"""Numbered schema scripts, applied in order; a released one is never edited."""

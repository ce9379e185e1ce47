"""Reusable parts of pages; know no page."""

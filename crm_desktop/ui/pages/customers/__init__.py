"""The customers: fields of their table and the page."""

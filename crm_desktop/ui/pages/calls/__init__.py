"""The calls: their table, and importing call logs with consent and preview."""

"""Privacy: everything that concerns people's data, in one place; now: my own consent."""

"""The page of the administrators: one section a tab; a section is a page of its own inside it."""

"""The address book: fields of its table and the page."""

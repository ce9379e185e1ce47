"""One folder per noun; a page never imports another page."""

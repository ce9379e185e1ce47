"""The products: the catalogue with who uses what, and what renews when."""

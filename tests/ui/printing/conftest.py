"""The office and the window of the pages: what is printed is printed from one of them."""

from tests.ui.pages.conftest import desk, office

__all__ = ["desk", "office"]

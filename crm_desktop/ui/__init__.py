"""Everything that imports PySide6; talks to operations only."""

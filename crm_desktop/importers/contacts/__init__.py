"""Contact files of other programs, one module per format, one explicit registry."""

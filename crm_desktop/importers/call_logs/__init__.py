"""Call-log exports of phones and phone systems, one module per format, one explicit registry."""

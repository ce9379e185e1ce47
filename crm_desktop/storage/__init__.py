"""The SQLCipher file: connections, transactions, rows, journal, log and full text; one file per noun.

The only room that speaks SQLCipher. It knows no user and no right; it gets keys and never makes any.
Statements stay in the part of SQL that SQLite and PostgreSQL share; what only SQLite can do stands in
``database.py``, ``backups.py`` and ``search.py``.
"""

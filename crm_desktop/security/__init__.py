"""Keys: derivation, slots, key file, class keys, the OS keyring, the emergency kit.

Hands keys up and opens no database. Nothing here logs, and no error carries a key, a password or a name.
"""

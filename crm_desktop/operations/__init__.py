"""What a user may do: one file per noun, one function per verb.

Each verb checks its right in the verified roster, runs in one transaction that writes journal and log
entry, and returns what changed. Window and command line call these and nothing below.
"""

"""The command line: one file per group of commands; talks to operations only and imports no Qt."""

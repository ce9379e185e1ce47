"""The command line's tests start real processes with a session bus and a keyring of their own.

That isolation exists on Linux only; elsewhere the keyring is the one of the person at the computer, whose
secrets no test may touch, so there these files are not collected.
"""

import sys

collect_ignore_glob = [] if sys.platform == "linux" else ["test_cli_*.py"]

"""``python -m crm_desktop`` starts the window."""

import sys

from crm_desktop.app import main

sys.exit(main())

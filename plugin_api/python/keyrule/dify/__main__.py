"""`python3 -m keyrule.dify …`: as `keyrule dify …`."""

import sys

from .cli import main

sys.exit(main(sys.argv[1:]))

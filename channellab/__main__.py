"""``python -m channellab`` is the command ``channellab``."""

import sys

from channellab.cli import main

if __name__ == "__main__":
    sys.exit(main())

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "plugin_api" / "python"

# Under a sanitizer the runtime must be in the process before the library: start once more with it.
preload = os.environ.pop("KEYRULE_PRELOAD", "")
if preload:
    os.environ["LD_PRELOAD"] = preload
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])

sys.path.insert(0, str(PACKAGE))

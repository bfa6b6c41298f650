import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "plugin_api" / "python"

sys.path.insert(0, str(PACKAGE))

"""Keyrule inside Dify, without a fork: `import keyrule.dify; keyrule.dify.install()` in each of Dify's processes.

Patches Dify's classes so that every paid call asks the policy which credential it spends. Importing this package loads
neither Dify nor the C library.
"""

from .activation import install, uninstall
from .errors import CredentialRefused, MissingPatchPoint, SettingsError
from .points import Place, Point, PointState, Report, points
from .settings import Settings

__all__ = [
    "CredentialRefused",
    "MissingPatchPoint",
    "Place",
    "Point",
    "PointState",
    "Report",
    "Settings",
    "SettingsError",
    "install",
    "points",
    "uninstall",
]

"""What the adapter raises. All of it is shown to people: what, where, how to mend; never a secret."""

from __future__ import annotations


class SettingsError(ValueError):
    """A setting is missing or impossible. Raised by `install`, before anything is patched."""


class MissingPatchPoint(RuntimeError):
    """This Dify lacks a place that the adapter needs, and KEYRULE_ON_MISSING is `refuse`: Dify must not start."""


class CredentialRefused(ValueError):
    """The policy, or a failure of Keyrule itself, does not let this call spend a credential.

    A ValueError, because Dify shows the text of those: a node fails with it, an API answers 400 with it.
    """

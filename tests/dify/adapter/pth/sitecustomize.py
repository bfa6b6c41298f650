"""Loads keyrule.dify at interpreter start, as the .pth file of an installed package does."""

import os

if os.environ.get("KEYRULE_POLICY"):
    import keyrule.dify

    keyrule.dify.install()

"""Dify Enterprise's own check of credentials, made for the chosen one as Dify makes it for its active one."""

from __future__ import annotations

from typing import Any


def check_compliance(credential_id: str, provider: str) -> None:
    """Raises what Dify's check raises. Does nothing in a Dify that has none; without the enterprise edition Dify itself skips it."""
    try:
        from core.helper import credential_utils  # type: ignore[import-not-found]
        from core.model_manager import PluginCredentialType  # type: ignore[import-not-found]
    except ImportError:
        return
    check: Any = getattr(credential_utils, "runtime_check_credential_policy_compliance", None) or getattr(
        credential_utils, "check_credential_policy_compliance", None
    )
    if check is not None:
        check(credential_id=credential_id, provider=provider, credential_type=PluginCredentialType.MODEL)

"""What Dify gets when it looks a credential up: enough to look with, and the mark that the choice is made at use.

Dify looks two to ten times for one call. So a look is dry, and what it returns is replaced at the moment of use (spend.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import choice, process
from .asking import Asker
from .context import CallContext, current


class Looked(dict[str, Any]):
    """Credentials for looking at schemas, voices and parameter rules. `host` is what Dify itself would have given."""

    __slots__ = ("context", "host")

    def __init__(self, content: Mapping[str, Any], host: dict[str, Any] | None, context: CallContext) -> None:
        super().__init__(content)
        self.host = host
        self.context = context

    def __deepcopy__(self, _: object) -> Looked:
        return Looked(dict(self), self.host, self.context)

    def copy(self) -> Looked:
        return Looked(dict(self), self.host, self.context)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)  # beyond this process the mark means nothing


def get_current_credentials(original: Callable[..., Any]) -> Callable[..., Any]:
    """ProviderConfiguration.get_current_credentials: Dify's own checks first, then the look."""

    def get_current_credentials(self: Any, model_type: Any, model: str) -> Any:
        host = original(self, model_type, model)
        context = current()
        if process.is_left_to_host(context.path, model_type):
            return host
        if context.spends_where_it_looks:
            return spent_where_looked(self, model_type, model, context, host)
        try:
            looked = choice.look(self, model_type, model, context)
            if looked.verdict == "use":
                return Looked(looked.credentials(), host, context)
        except Exception:  # at use the same failure refuses the call, with words; a look only needs a form
            return Looked(without_secrets(self, host), host, context)
        if looked.verdict == "host":
            return None if host is None else Looked(host, host, context)
        return Looked(without_secrets(self, host), host, context)

    get_current_credentials.host = original  # type: ignore[attr-defined]
    return get_current_credentials


def get_load_balancing_manager(original: Callable[..., Any]) -> Callable[..., Any]:
    """ModelInstance._get_load_balancing_manager: it writes what it is given into configurations that all share, so that must be
    Dify's own. Whether it is asked at all is decided at use.
    """

    def _get_load_balancing_manager(configuration: Any, model_type: Any, model: str, credentials: Any) -> Any:
        given = credentials.host if isinstance(credentials, Looked) else credentials
        return original(configuration=configuration, model_type=model_type, model=model, credentials=given)

    return _get_load_balancing_manager


def spent_where_looked(configuration: Any, model_type: Any, model: str, context: CallContext, host: Any) -> Any:
    """For the paths of Dify that hand credentials to another service, which then spends them: the look is the use. What becomes
    of the call is known over there alone, so there is no report and no other credential after a failure.
    """
    asker = Asker(configuration, model_type, model, context, remembers=False)
    _, credentials = asker.spendable(asker.first())
    return host if credentials is None else credentials


def without_secrets(configuration: Any, host: Mapping[str, Any] | None) -> dict[str, Any]:
    """Of Dify's own credentials what the provider's form does not call secret; nothing if the form is not known."""
    secret: set[str] = set()
    try:
        provider = configuration.provider
        for schema in (provider.provider_credential_schema, provider.model_credential_schema):
            if schema is not None:
                secret.update(configuration.extract_secret_variables(schema.credential_form_schemas))
    except AttributeError:
        return {}
    return {name: value for name, value in (host or {}).items() if name not in secret} if secret else {}

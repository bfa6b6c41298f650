"""Apps of all modes, and the services around them: speech, suggested questions, names of conversations, plugins."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from . import facts
from .app_facts import environment_of_app, known_app, learn
from .context import NOWHERE, CallContext, current, entered, iterate
from .names import word

_OF_CALL = "_keyrule_call"


def generate(original: Callable[..., Any]) -> Callable[..., Any]:
    """*AppGenerator.generate and its kin: the way into an app, in the api and in Celery's worker."""
    signature = inspect.signature(original)

    def generate(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind_partial(self, *args, **kwargs).arguments
        context = _app_context(given.get("app_model"), given)
        self.__dict__[_OF_CALL] = context  # a generator serves one call
        with entered(context):
            answer = original(self, *args, **kwargs)
        # A stream is made while it is read, speech included; it is read after this has returned.
        return iterate(context, answer) if inspect.isgenerator(answer) else answer

    return generate


def app_service(original: Callable[..., Any]) -> Callable[..., Any]:
    """Class methods of Dify's services that are given the app."""
    signature = inspect.signature(original)

    def service(cls: Any, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind_partial(cls, *args, **kwargs).arguments
        with entered(_app_context(given.get("app_model"), given)):
            return original(cls, *args, **kwargs)

    return service


def generate_worker(original: Callable[..., Any]) -> Callable[..., Any]:
    """*AppGenerator._generate_worker: the thread that does the work, which in older Dify has none of the caller's context."""
    signature = inspect.signature(original)

    def _generate_worker(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind_partial(self, *args, **kwargs).arguments
        around = current() if current() is not NOWHERE else self.__dict__.get(_OF_CALL, NOWHERE)
        context = _entity_context(given.get("application_generate_entity"), given.get("conversation_id"), around)
        carried = given.get("context")
        if carried is not None and hasattr(carried, "run"):
            carried.run(_replace, context)  # Dify enters this one inside, over whatever is entered here
        with entered(context):
            return original(self, *args, **kwargs)

    return _generate_worker


def conversation_name(original: Callable[..., Any]) -> Callable[..., Any]:
    """MessageCycleManager._generate_conversation_name_worker: a thread of its own, a second after the message."""
    signature = inspect.signature(original)

    def worker(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind_partial(self, *args, **kwargs).arguments
        entity = getattr(self, "_application_generate_entity", None)
        with entered(_entity_context(entity, given.get("conversation_id"), NOWHERE)):
            return original(self, *args, **kwargs)

    return worker


def moderation(original: Callable[..., Any]) -> Callable[..., Any]:
    """OutputModeration.moderation: while an answer is streamed, in a thread of its own; it knows its app in any case."""
    signature = inspect.signature(original)

    def moderation(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind_partial(self, *args, **kwargs).arguments
        app, here = word(given.get("app_id")), current()
        if here.facts.get("app.id") == app:
            return original(self, *args, **kwargs)
        with entered(CallContext("moderation", {**known_app(app), "app.id": app}, environment_of_app(app))):
            return original(self, *args, **kwargs)

    return moderation


def plugin_callback(original: Callable[..., Any]) -> Callable[..., Any]:
    """PluginModelBackwardsInvocation.invoke_*: a plugin asks for a model, agent strategies among them. It says tenant and user;
    neither it nor Dify's daemon passes on for which app or node.
    """
    signature = inspect.signature(original)

    def invoke(cls: Any, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind_partial(cls, *args, **kwargs).arguments
        with entered(CallContext("plugin", {"user.id": word(given.get("user_id")), "invoke.via": "plugin"})):
            return original(cls, *args, **kwargs)

    return invoke


def _app_context(app_model: Any, given: Mapping[str, Any]) -> CallContext:
    known, environment = learn(app_model)
    known = known | facts.of_user(given.get("user")) | facts.of_invocation(given.get("invoke_from"))
    end_user = given.get("end_user")
    if isinstance(end_user, str) and end_user:  # speech is given the session's word for its user
        known |= {"user.session": end_user}
    arguments = given.get("args")
    if isinstance(arguments, Mapping):
        known |= facts.of_inputs(arguments.get("inputs"))
    workflow = given.get("workflow")
    known |= {"workflow.id": word(getattr(workflow, "id", None)), "workflow.run_id": word(given.get("workflow_run_id"))}
    return CallContext(_path(known), known, environment)


def _entity_context(entity: Any, conversation: Any, around: CallContext) -> CallContext:
    """The app's context inside `around`, which counts if it is the same app's."""
    known = facts.of_entity(entity)
    if conversation:
        known["conversation.id"] = word(conversation)
    app = known.get("app.id")
    if around.facts.get("app.id") != app:
        around = CallContext("app", known_app(app), environment_of_app(app))
    context = around.within(_path({**around.facts, **known}), known)
    if "user.kind" not in context.facts and facts.account_kind(known):
        context.facts["user.kind"] = facts.account_kind(known)
    return context


def _path(known: Mapping[str, Any]) -> str:
    return f"app:{known.get('app.mode') or ''}"


def _replace(context: CallContext) -> None:
    from .context import _current

    _current.set(context)

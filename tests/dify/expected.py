"""Who must have paid: compared with what the upstream has recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Paid = dict[str, list[str]]


class Outcome:
    """What a run must come to. `paid` as in `wrong`; `says` must stand in its error; it must have ended by itself."""

    def __init__(self, paid: Any, *, fails: bool = False, says: str = "") -> None:
        self.paid = paid
        self.fails = fails or bool(says)
        self.says = says


def all_by(name_by: str | None = None, **operations: str) -> Callable[[Paid], str | None]:
    """Each call of an operation or node was paid by this one credential, however many there were, and there was one.

    Two underscores stand for `/` in operations of the upstream: text_embedding__invoke. `name_by` may pay for the name of the
    conversation, which Dify asks for a second later.
    """
    wanted = {name.replace("__", "/"): credential for name, credential in operations.items()}

    def look(paid: Paid) -> str | None:
        for name, credential in wanted.items():
            if not paid.get(name):
                return f"nobody paid for {name}"
            if set(paid[name]) != {credential}:
                return f"{name} was paid by {paid[name]} and not only by {credential}"
        others = {name: who for name, who in paid.items() if name not in wanted}
        if set(others.get("llm/invoke", [])) == {name_by}:
            del others["llm/invoke"]
        return f"more was paid than expected: {others}" if others else None

    return look


def wrong(result: dict[str, Any], wanted: Any) -> str | None:
    """None, or what is not as expected. `wanted` is a dict (exactly that was paid), a function of it, or an Outcome."""
    if "failed" in result:
        return f"the scenario failed: {result['failed']}"
    outcome = wanted if isinstance(wanted, Outcome) else Outcome(wanted)
    found = result["outcome"]
    if found.get("state") == "hangs":
        return "the run never ended"
    error = str(found.get("error") or "")
    failed = bool(error) or found.get("state") not in (None, "succeeded", "completed")
    if failed != outcome.fails:
        return f"the run {'failed: ' + error if failed else 'did not fail'}"
    if outcome.says and outcome.says not in error:
        return f"the error does not say `{outcome.says}`: {error}"
    paid = result["paid"]
    if callable(outcome.paid):
        return outcome.paid(paid)
    return None if paid == outcome.paid else f"expected {outcome.paid}, paid {paid}"

"""Dify's spellings, as Keyrule's: the same words as store/DIFY.md uses for what is read from Dify's tables."""

from __future__ import annotations

from typing import Any

_MODEL_TYPES = {"text-generation": "llm", "embeddings": "text-embedding", "reranking": "rerank"}
_ORGANISATION = "langgenius/"


def provider_name(given: str) -> str:
    """`langgenius/openai/openai` and `openai` are `openai`; `langgenius/gemini/google` is `google`; others keep their parts."""
    parts = given.split("/")
    if not given.startswith(_ORGANISATION) or len(parts) != 3:
        return given
    _, plugin, provider = parts
    return provider if plugin == ("gemini" if provider == "google" else provider) else given


def model_type_name(given: Any) -> str:
    """Both spellings of a model type, and Dify's enum of them."""
    text = word(given)
    return _MODEL_TYPES.get(text, text)


def word(given: Any) -> str:
    """The text of an enum or of a text; "" for None."""
    value = getattr(given, "value", given)
    return "" if value is None else str(value)

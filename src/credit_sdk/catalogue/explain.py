"""The sentences an officer reads (结论说明), for a single subject or a consortium."""

from typing import Literal

from credit_sdk.model.decision import Decision, GroupDecision


def explain(decision: Decision | GroupDecision, lang: Literal["zh", "en"] = "zh") -> str:
    """The decision in sentences, one a line; personal numbers are masked.

    Raises:
        InvalidRequestError: ``lang`` is neither ``zh`` nor ``en``.
    """
    return decision.explain(lang)

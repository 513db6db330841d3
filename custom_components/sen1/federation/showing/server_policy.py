"""What the account's server says of itself (XEP-0504), in the household's words."""

from collections.abc import Iterator
import math

from ..running import Words
from ..xmpp.data_policy import DataPolicy

FEW_HOURS = 48
"""From so many on it is days that are told."""


SPANS = ("retention", "backup_retention")
ANSWERS = ("data_deletion", "full_erasure", "data_export", "encryption_at_rest")


def policy_lines(policy: DataPolicy, words: Words) -> list[dict[str, str]]:
    """Return what a server says of itself, a sentence each; empty when it says nothing."""
    return [
        {"key": key, "text": words[f"server_policy.options.{sentence}"].replace("{value}", value)}
        for key, sentence, value in _lines(policy, words)
    ]


def _lines(policy: DataPolicy, words: Words) -> Iterator[tuple[str, str, str]]:
    """Yield what each line is of, its sentence, and the value in that."""
    for key in SPANS:
        if (hours := getattr(policy, key)) is not None:
            span, value = _span(hours)
            yield key, f"{key}_{span}", value
    for key in ANSWERS:
        if (answer := getattr(policy, key)) is not None:
            yield key, f"{key}_{'yes' if answer else 'no'}", ""
    if policy.access:
        who = (words[f"server_policy_access.options.{one}"] for one in policy.access)
        yield "access", "access", ", ".join(who)
    if policy.terms:
        yield "terms", "terms", policy.terms


def _span(hours: float) -> tuple[str, str]:
    """Return how a length of time is told, and its number."""
    if not hours:
        return "none", ""
    if math.isinf(hours):
        return "for_ever", ""
    if hours < FEW_HOURS:
        return "hours", f"{hours:.0f}"
    return "days", f"{hours / 24:.0f}"

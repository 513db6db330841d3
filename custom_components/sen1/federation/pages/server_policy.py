"""What the account's server says of itself (XEP-0504), in the household's words."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
import math

from ..xmpp.data_policy import DataPolicy
from .words import Words

FEW_HOURS = 48
"""From so many on it is days that are told."""


class _Span(StrEnum):
    NONE = "none"
    HOURS = "hours"
    DAYS = "days"
    FOR_EVER = "for_ever"


SPANS: Mapping[str, Mapping[_Span, str]] = {
    "retention": {
        _Span.NONE: "retention_none",
        _Span.HOURS: "retention_hours",
        _Span.DAYS: "retention_days",
        _Span.FOR_EVER: "retention_for_ever",
    },
    "backup_retention": {
        _Span.NONE: "backup_retention_none",
        _Span.HOURS: "backup_retention_hours",
        _Span.DAYS: "backup_retention_days",
        _Span.FOR_EVER: "backup_retention_for_ever",
    },
}
ANSWERS: Mapping[str, Mapping[bool, str]] = {
    "data_deletion": {True: "data_deletion_yes", False: "data_deletion_no"},
    "full_erasure": {True: "full_erasure_yes", False: "full_erasure_no"},
    "data_export": {True: "data_export_yes", False: "data_export_no"},
    "encryption_at_rest": {True: "encryption_at_rest_yes", False: "encryption_at_rest_no"},
}


def policy_lines(policy: DataPolicy, words: Words) -> list[dict[str, str]]:
    """Return what a server says of itself, a sentence each; empty when it says nothing."""
    return [
        {"key": key, "text": words[f"server_policy.options.{sentence}"].replace("{value}", value)}
        for key, sentence, value in _lines(policy, words)
    ]


def _lines(policy: DataPolicy, words: Words) -> Iterator[tuple[str, str, str]]:
    """Yield what each line is of, its sentence, and the value in that."""
    for key, spans in SPANS.items():
        if (hours := getattr(policy, key)) is not None:
            span, value = _span(hours)
            yield key, spans[span], value
    for key, answers in ANSWERS.items():
        if (answer := getattr(policy, key)) is not None:
            yield key, answers[answer], ""
    if policy.access:
        who = (words[f"server_policy_access.options.{one}"] for one in policy.access)
        yield "access", "access", ", ".join(who)
    if policy.terms:
        yield "terms", "terms", policy.terms


def _span(hours: float) -> tuple[_Span, str]:
    """Return how a length of time is told, and its number."""
    if not hours:
        return _Span.NONE, ""
    if math.isinf(hours):
        return _Span.FOR_EVER, ""
    if hours < FEW_HOURS:
        return _Span.HOURS, f"{hours:.0f}"
    return _Span.DAYS, f"{hours / 24:.0f}"

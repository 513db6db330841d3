"""The one table of what can be said: what is of a type, or told elsewhere, is as it says."""

from pathlib import Path
import re

from custom_components.sen1.protocol.trust import verify_journal
from custom_components.sen1.protocol.trust.kinds import (
    ENTERED_AS,
    ENTRY_KINDS,
    KINDS,
    MESSAGE_KINDS,
    EventKind,
    StatementKind,
)

PROTOCOL = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text()


def test_each_kind_of_statement_has_its_row() -> None:
    assert KINDS.keys() == {*StatementKind}


def test_what_is_signed_in_a_message_is_entered_and_nothing_that_is_never_signed() -> None:
    assert ENTERED_AS.keys() >= {*MESSAGE_KINDS}
    assert all(KINDS[kind].is_signed for kind in ENTERED_AS)


def test_each_kind_of_entry_is_known_to_who_verifies_and_has_its_words() -> None:
    assert verify_journal.ENTERED_AS == ENTERED_AS
    assert verify_journal.KINDS.keys() == ENTRY_KINDS.keys() == {*EventKind, *ENTERED_AS.values()}


def test_the_protocol_tells_of_each_kind() -> None:
    kinds = PROTOCOL.partition("\n### Kinds\n")[2].partition("\n### ")[0]
    told = {
        kind for row in re.findall(r"^\| (`.*?) \|", kinds, re.MULTILINE) for kind in named(row)
    }
    assert told == {kind for kind, row in KINDS.items() if row.is_signed}
    (entries,) = re.findall(r"^- \*\*`kind`\*\* is (.*)\. What a friend", PROTOCOL, re.MULTILINE)
    assert named(entries) == ENTRY_KINDS.keys()


def named(text: str) -> set[str]:
    """Return the names that stand as such in a text, but for what explains them in brackets."""
    return set(re.findall(r"`([\w-]+)`", re.sub(r"\(.*?\)", "", text)))

"""Members of a collection: what they are called before one another."""

from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
import pytest

from custom_components.sen1.federation.relations.members import Member, MemberData, shown_names
from custom_components.sen1.protocol.model import BareJid

SUBENTRY = ConfigSubentry(
    data=MappingProxyType({}), subentry_type="friend", title="Roofs", unique_id=None
)


def member(number: int, name: str, *, is_shown: bool = True) -> Member:
    """Return a member that is called so."""
    data = MemberData(
        number=number,
        name=name,
        address=f"home{number}@village.test/sen1",
        joined=0.0,
        charter=1,
        gives={},
        told=1,
        is_shown=is_shown,
    )
    return Member(BareJid(f"home{number}@village.test"), "3f6a00c2d4e5f601", SUBENTRY, data)


def test_who_lets_others_see_its_name_is_shown_under_it() -> None:
    several = [member(1, "Anne Riou"), member(2, "Yann", is_shown=False), member(3, "")]
    assert shown_names(several) == {1: "Anne Riou", 3: ""}


@pytest.mark.parametrize("called", ["Anne Riou", "ANNE  RIOU", "Ànne Riou", "anne-riou"])
@pytest.mark.parametrize("is_shown", [True, False])
def test_who_is_called_as_another_is_known_by_its_number_alone(called: str, is_shown: bool) -> None:
    # Be it that the other lets nobody see its name.
    several = [member(1, "Anne Riou", is_shown=is_shown), member(2, called), member(3, "Yann")]
    assert shown_names(several) == {3: "Yann"}

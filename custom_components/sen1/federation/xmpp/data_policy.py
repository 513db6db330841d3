"""What a server says it does with what passes through it (XEP-0504), as far as it says so."""

from dataclasses import dataclass
import math
import re
from xml.etree.ElementTree import Element

FORM = "{jabber:x:data}x"
FIELD = "{jabber:x:data}field"
VALUE = "{jabber:x:data}value"
POLICY = "urn:xmpp:data-policy:0"

HOURS = re.compile(r"\d{1,7}")
YES = {"true": True, "1": True, "false": False, "0": False}
WHO = {
    *("admins", "moderators", "organization_member", "government"),
    *("advertisers", "partners", "none"),
}
"""Who a server may say has access to what it keeps."""

MAX_LINK = 255


@dataclass(frozen=True, slots=True)
class DataPolicy:
    """A server's word; None and empty: not said. Hours are infinite for what is never deleted."""

    retention: float | None = None
    backup_retention: float | None = None
    data_deletion: bool | None = None
    full_erasure: bool | None = None
    data_export: bool | None = None
    encryption_at_rest: bool | None = None
    access: tuple[str, ...] = ()
    terms: str = ""
    """The address of a page."""


def policy_of(info: Element) -> DataPolicy:
    """Return what the answer to a disco#info says; what is not as the XEP has it is not said."""
    for form in info.iter(FORM):
        said = {
            field.get("var", ""): [(value.text or "").strip() for value in field.iter(VALUE)]
            for field in form.iter(FIELD)
        }
        if said.get("FORM_TYPE") == [POLICY]:
            return _policy(said)
    return DataPolicy()


def _policy(said: dict[str, list[str]]) -> DataPolicy:
    def one(name: str) -> str:
        return (said.get(name) or [""])[0]

    link = one("tos")
    return DataPolicy(
        retention=_hours(one("data_retention")),
        backup_retention=_hours(one("backup_retention")),
        data_deletion=YES.get(one("data_deletion")),
        full_erasure=YES.get(one("full_erasure")),
        data_export=YES.get(one("data_export")),
        encryption_at_rest=YES.get(one("encryption_at_rest")),
        access=tuple(who for who in said.get("access_policy", ()) if who in WHO),
        terms=link if link.startswith("https://") and len(link) <= MAX_LINK else "",
    )


def _hours(text: str) -> float | None:
    if text == "infinite":
        return math.inf
    return float(text) if HOURS.fullmatch(text) else None

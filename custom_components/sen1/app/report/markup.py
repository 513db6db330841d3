"""Elements of a page. Whatever a household or a friend called something is text, never markup."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

type Child = Element | str | None | Iterable[Child]


def el(tag: str, *children: Child, **attributes: object) -> Element:
    """Return an element: `cls` is its class, and an underscore a hyphen."""
    made = Element(
        tag,
        {
            "class" if name == "cls" else name.rstrip("_").replace("_", "-"): _written(value)
            for name, value in attributes.items()
            if value is not None
        },
    )
    _fill(made, children)
    return made


def _written(value: object) -> str:
    """Return an attribute; tenths of a pixel are fine enough."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def _fill(parent: Element, children: Iterable[Child]) -> None:
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            if len(parent):
                parent[-1].tail = (parent[-1].tail or "") + child
            else:
                parent.text = (parent.text or "") + child
        elif isinstance(child, Element):
            parent.append(child)
        else:
            _fill(parent, child)


def document(language: str, title: str, style: str, body: Iterable[Element]) -> str:
    """Return a page that needs nothing and asks for nothing from elsewhere."""
    html = Element("html", lang=language)
    head = SubElement(html, "head")
    head.append(el("meta", charset="utf-8"))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head.append(el("meta", http_equiv="Content-Security-Policy", content=policy))
    head.append(el("meta", name="viewport", content="width=794"))
    head.append(el("title", title))
    head.append(el("style", style))
    html.append(el("body", body))
    return f"<!doctype html>\n{tostring(html, encoding='unicode', method='html')}\n"

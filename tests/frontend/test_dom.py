"""Elements that are changed in place: each stays, and is like the last one that was made."""

from .conftest import Modules

PAGE = """
    const root = document.createElement("div");
    const show = (...made) => dom.update(root, made);
"""


def test_an_element_that_stays_calls_the_listeners_of_the_last_one_alone(modules: Modules) -> None:
    found = modules.run(
        PAGE
        + """
        const heard = [];
        const hear = () => ["click", "input"].forEach(
            (type) => root.firstChild.dispatchEvent(new Event(type)));
        show(dom.h("p", { onclick: () => heard.push("first") }));
        const before = root.firstChild;
        hear();
        show(dom.h("p", {
            onclick: () => heard.push("second"), oninput: () => heard.push("input"),
        }));
        hear();
        show(dom.h("p"));
        hear();
        return [root.firstChild === before, heard];
        """
    )
    assert found == [True, ["first", "second", "input"]]


def test_objects_and_functions_are_given_to_an_element_as_long_as_they_are_said(
    modules: Modules,
) -> None:
    found = modules.run(
        PAGE
        + """
        const look = () => [root.firstChild.data?.name, root.firstChild.computeLabel?.()];
        const seen = [];
        show(dom.h("p", { data: { name: "a" }, computeLabel: () => "label" }));
        seen.push(look());
        show(dom.h("p", { data: { name: "b" } }));
        seen.push(look());
        show(dom.h("p", { computeLabel: () => "again", data: null }));
        seen.push(look(), root.firstChild.attributes.length);
        return seen;
        """
    )
    assert found == [["a", "label"], ["b", None], [None, "again"], 0]

"""Elements that are changed in place: each stays, and is like the last one that was made."""

from .conftest import Modules

PAGE = """
    const root = document.createElement("div");
    const heard = [];
    const show = (...made) => dom.update(root, made);
    const hear = (type) => root.firstChild.dispatchEvent(new CustomEvent(type));
"""


def test_an_element_that_stays_calls_the_listeners_of_the_last_one_alone(modules: Modules) -> None:
    found = modules.run(
        PAGE
        + """
        show(dom.h("p", { "onvalue-changed": () => heard.push("first") }));
        const before = root.firstChild;
        hear("value-changed");
        show(dom.h("p", {
            "onvalue-changed": () => heard.push("second"), onclick: () => heard.push("click"),
        }));
        hear("value-changed");
        hear("click");
        show(dom.h("p"));
        hear("value-changed");
        hear("click");
        return [root.firstChild === before, heard];
        """
    )
    assert found == [True, ["first", "second", "click"]]


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

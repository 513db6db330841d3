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


def test_what_others_put_into_an_element_stays_where_ours_changes(modules: Modules) -> None:
    found = modules.run(
        PAGE
        + """
        const theirs = () => Object.assign(document.createElement("card-mod"), { title: "theirs" });
        const look = () => root.innerHTML.replaceAll(' title="theirs"', "");
        const seen = [];
        show(dom.h("p", null, "one"), dom.h("div", null, dom.h("b", null, "bold")));
        root.prepend(theirs());
        root.lastChild.append(theirs());
        show(dom.h("p", null, "two"), dom.h("div", null, dom.h("b", null, "bolder"), "text"));
        seen.push(look());
        show(dom.h("h2", null, "title"), dom.h("div"));
        seen.push(look());
        show();
        seen.push(look());
        return seen;
        """
    )
    theirs = "<card-mod></card-mod>"
    assert found == [
        f"{theirs}<p>two</p><div><b>bolder</b>{theirs}text</div>",
        f"{theirs}<h2>title</h2><div>{theirs}</div>",
        theirs,
    ]


def test_what_a_list_has_chosen_stays_chosen_whatever_options_come(modules: Modules) -> None:
    found = modules.run(
        PAGE
        + """
        const list = (value, ...names) => {
            const made = dom.h("select", null, names.map((name) =>
                dom.h("option", { value: name, selected: name === value }, name)));
            show(made);
            return root.firstChild.value;
        };
        const seen = [list("a", "a"), list("c", "a", "b", "c")];
        root.firstChild.value = "b";
        seen.push(list("d", "e", "f", "d"), list("g", "h", "g"));
        return seen;
        """
    )
    assert found == ["a", "c", "d", "g"]


def test_an_element_is_called_by_its_tag_and_classes_and_may_have_no_properties(
    modules: Modules,
) -> None:
    found = modules.run(
        """
        const all = [
            dom.h("p.note.wide", { id: "a" }, "said"), dom.h("ul", dom.h("li", "one")),
            dom.h("p.note"), dom.h("p", false, ["a", null, "b"]), dom.s("text.strong", "12"),
        ];
        return all.map((one) => one.outerHTML);
        """
    )
    assert found == [
        '<p class="note wide" id="a">said</p>',
        "<ul><li>one</li></ul>",
        '<p class="note"></p>',
        "<p>ab</p>",
        '<text class="strong">12</text>',
    ]

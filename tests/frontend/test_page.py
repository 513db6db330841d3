"""What a test may count on of the page that all tests of this folder share."""

from .conftest import Modules


def test_what_a_test_puts_in_the_place_of_the_browsers_own_is_there_for_that_test_alone(
    modules: Modules,
) -> None:
    own = "[URL.createObjectURL, HTMLAnchorElement.prototype.click].map(String)"
    before = modules.value(own)
    during = modules.run(
        f"""
        for (const name of ["first", "second"]) {{
            instead(URL, "createObjectURL", () => name);
            instead(HTMLAnchorElement.prototype, "click", () => name);
        }}
        return [URL.createObjectURL(), document.createElement("a").click(), {own}];
        """
    )
    assert during == ["second", "second", ["() => name"] * 2]
    assert modules.value(own) == before
    assert modules.value("Object.hasOwn(HTMLAnchorElement.prototype, 'click')") is False

"""What a test may count on of the page that all tests of this folder share."""

from playwright.async_api import Error
import pytest

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


@pytest.mark.parametrize(
    "fails",
    [
        pytest.param("Promise.reject(new Error('not drawn'));", id="promise"),
        pytest.param("reportError(new Error('not drawn'));", id="event"),
    ],
)
def test_what_fails_where_nobody_waits_for_it_ends_the_test(modules: Modules, fails: str) -> None:
    with pytest.raises(Error, match="not drawn"):
        modules.run(f"{fails} await new Promise(() => undefined);")

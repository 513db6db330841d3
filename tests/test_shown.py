"""What lacks for what is shown is found (`shown.py`): each test takes a text away and shows it."""

from collections.abc import Iterator

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.sen1.const import DOMAIN

from .shown import TEXTS, Shown, watched


@pytest.fixture
def _no_text_lacks() -> None:
    """Let texts lack, which the fixture of this name finds in all other tests."""


@pytest.fixture
def text(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """See that a text is missed which is away in French."""
    monkeypatch.delitem(TEXTS["fr"], request.param)
    with watched() as lacking:
        yield
    assert lacking == {f"fr: {request.param}"}


def missed(path: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("text", [path], indirect=True)


@missed("config.step.user.menu_options.linky")
async def test_a_page(hass: HomeAssistant, text: None) -> None:
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


@missed("config.step.user.menu_option_descriptions.linky")
async def test_what_an_option_of_a_menu_does(hass: HomeAssistant, text: None) -> None:
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


@missed("config.step.import_file.data_description.price")
async def test_a_field(hass: HomeAssistant, text: None) -> None:
    flow = hass.config_entries.flow
    menu = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    await flow.async_configure(menu["flow_id"], {"next_step_id": "import_file"})


@missed("issues.reading_due.title")
async def test_an_issue(hass: HomeAssistant, text: None) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        "one",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="reading_due",
        translation_placeholders={"meter": "Gas", "site": "Home"},
    )


@missed("exceptions.no_such_meter.message")
def test_an_error(text: None) -> None:
    HomeAssistantError(translation_domain=DOMAIN, translation_key="no_such_meter")


def test_a_placeholder_that_nothing_fills() -> None:
    shown = Shown()
    shown.text("issues.reading_due.description", {"meter": "Gas"})
    assert shown.lacking == set()
    shown.text("issues.reading_due.description", {"metre": "Gas"})
    assert len(shown.lacking) == 2

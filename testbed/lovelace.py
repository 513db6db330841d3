"""The dashboard of a Home Assistant, added as the dialog of new dashboards does."""

from .home_assistant import HomeAssistant

PATH = "sen1-energy"
"""The dashboard's address."""


async def add_dashboard(page: HomeAssistant) -> None:
    """Add the dashboard that builds itself, in the sidebar of everybody."""
    await page.command(
        "lovelace/dashboards/create",
        url_path=PATH,
        title="SEN1",
        icon="mdi:hub",
        mode="storage",
        show_in_sidebar=True,
        require_admin=False,
    )
    await page.command(
        "lovelace/config/save", url_path=PATH, config={"strategy": {"type": "custom:sen1"}}
    )

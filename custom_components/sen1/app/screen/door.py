"""The page of a screen and its questions: what answers without a login.

The token of a link is behind its `#`, which no browser sends, then in a header: no log of addresses
has it. A wrong one costs what looking it up does, and its connection; the next right one from the
same address is answered all the same, since a school has one address.
"""

from ipaddress import ip_address
import time
from typing import Any

from aiohttp import web
from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import is_cloud_connection
from homeassistant.util import dt as dt_util
from homeassistant.util.network import is_ip_address, is_local
import voluptuous as vol

from ...commands import Refused, async_why
from ...frontend import MODULES_VIEW
from .answers import ScreenAnswers
from .screens import SCREENS

HEADER = "X-Sen1-Screen"
"""Bears the token of a question."""

PREVIEW = "X-Sen1-Preview"
"""Said by the picture beside the link, on an administrator's page: no screen was seen."""

LARGEST = 16_384
"""Bytes of a question."""

OF_PROXIES = ("Forwarded", "Via", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto")
"""Set by proxies that do not tell for whom in the way in which Home Assistant can believe them."""

PAGE = """<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>SEN1</title>
</head>
<body>
<script type="module" src="{address}"></script>
</body>
</html>
"""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class ScreenPage(HomeAssistantView):
    """Serves the page of all screens: it is the same for everybody, and tells nothing."""

    name = "sen1:screen"
    url = "/sen1_screen"
    requires_auth = False

    async def get(self, request: web.Request) -> web.Response:
        """Answer the page."""
        address = request.app[KEY_HASS].data[MODULES_VIEW].address("screen.js")
        page = PAGE.format(address=address)
        return web.Response(text=page, content_type="text/html", headers=HEADERS)


class ScreenQuestions(HomeAssistantView):
    """Answers what the page of a screen asks."""

    name = "api:sen1:screen"
    url = "/api/sen1/screen"
    requires_auth = False
    cors_allowed = False

    async def post(self, request: web.Request) -> web.Response:
        """Answer a question of the screen whose token it bears."""
        hass = request.app[KEY_HASS]
        screens, token = hass.data[SCREENS], request.headers.get(HEADER, "")
        if (screen := screens.find(token)) is None:
            return self._refused("off", closes=True)
        watched = screens.of(screen)
        is_preview = PREVIEW in request.headers
        if not screen["outside"] and (why := why_outside(hass, request)) is not None:
            if not is_preview:
                watched.refused = why, dt_util.utcnow()
            return self._refused(why)
        if not watched.allows(time.monotonic()):
            return self._refused("too_often", status=429)
        if not 0 < (request.content_length or 0) <= LARGEST:
            return self._refused("not_of_screen", status=400)
        if not is_preview:
            watched.seen = dt_util.utcnow()
        try:
            message = dict(await request.json())
            async with screens.turn:
                told = await ScreenAnswers(hass, screen).async_answer(message)
        except Refused as refusal:
            said = await async_why(hass, refusal, None)
            return self._answer({"error": {"code": refusal.key, "message": said}})
        except ValueError, TypeError, vol.Invalid:
            return self._refused("not_of_screen", status=400)
        # Meanwhile it may have been taken back.
        if screens.find(token) is None:
            return self._refused("off", closes=True)
        return self._answer({"result": told})

    def _answer(self, answer: dict[str, Any], status: int = 200) -> web.Response:
        return self.json(answer, status, {"Cache-Control": "no-store"})

    def _refused(self, code: str, *, status: int = 403, closes: bool = False) -> web.Response:
        answer = self._answer({"error": {"code": code}}, status)
        if closes:
            answer.force_close()
        return answer


def why_outside(hass: HomeAssistant, request: web.Request) -> str | None:
    """Return why a request is taken as one from outside the home's network; None: it is within.

    What comes over Nabu Casa looks local, as does what a proxy hands on without telling for whom.
    One that tells it and is not trusted, Home Assistant itself turns away.
    """
    if is_cloud_connection(hass):
        return "outside"
    if "X-Forwarded-For" not in request.headers and any(
        name in request.headers for name in OF_PROXIES
    ):
        return "untrusted_proxy"
    # A socket without an address is none of the home's.
    if not is_ip_address(address := request.remote or ""):
        return "outside"
    return None if is_local(ip_address(address)) else "outside"

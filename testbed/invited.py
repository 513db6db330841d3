"""Two families: one invites the other, whose Home Assistant has our files and nothing else.

    async with families("en") as (ibis, lande), Browser() as browser:
        ...
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from .home import Home
from .home_assistant import HomeAssistant
from .household import PARIS, Household
from .lovelace import add_dashboard
from .names import NameServer
from .tic_groups import Kind
from .tic_meter import TicMeter, serve_socket
from .xmpp import federation

INVITES = """\
modules_enabled = { "invites", "invites_adhoc", "invites_register" }
allow_user_invites = true
"""

METER = """
template:
  - sensor:
      - name: Electricity meter
        unique_id: electricity_meter
        unit_of_measurement: kWh
        device_class: energy
        state_class: total_increasing
        state: "{{ (as_timestamp(now()) / 3600) | round(3) }}"
"""


@asynccontextmanager
async def families(language: str) -> AsyncIterator[tuple[Home, HomeAssistant]]:
    family = Household(seed=1, begin=datetime.now(PARIS).replace(hour=12, minute=30))
    meter = TicMeter(Kind.STANDARD_HC, family)
    async with AsyncExitStack() as stack:
        (server,) = stack.enter_context(federation("scorff.test", host_options=INVITES))
        names = stack.enter_context(
            NameServer({server.domain: server.c2s_port}, server.authority)
        )
        inviting = HomeAssistant("Foyer Ibis", names=names)
        invited = HomeAssistant("Foyer Lande", METER, names=names)
        for instance in (inviting, invited):
            stack.push_async_exit(instance)
        await asyncio.gather(*(instance.start() for instance in (inviting, invited)))
        for instance in (inviting, invited):
            await instance.command("config/core/update", language=language)
        ibis = Home(inviting, server, "foyer-ibis", meter, direction="consumption")
        await ibis.add_meter(await stack.enter_async_context(serve_socket(meter)))
        await ibis.add_account()
        await ibis.publish_meter(("SINSTS",), {"title": "Our power", "granularity": "live"})
        await ibis.publish_meter(("EAST",), {"title": "Our energy", "granularity": "p1d"})
        await add_dashboard(inviting)
        yield ibis, invited

"""A real Home Assistant, in a process of its own, driven as its pages drive it.

    async with HomeAssistant("Maison") as house:
        entry = await house.add("sen1", {"next_step_id": "linky"}, {"serial_port": url}, {})
        await until(lambda: house.states["sensor.linky_papp"]["state"] == "390", "the reading")

It is of the version installed beside the running interpreter.
"""

import asyncio
from collections.abc import Mapping
from itertools import count
from pathlib import Path
import re
from secrets import token_hex
import shutil
import sys
from typing import Any, Self

import aiohttp

from .configuration import write_configuration
from .names import NameServer
from .process import LOOPBACK, Process, free_port, temporary_folder
from .waiting import until

type Json = dict[str, Any]

ROOT = Path(__file__).parents[1]

_ERROR = re.compile(r"^\S+ \S+ (ERROR|CRITICAL) .*(?:\n(?!\d{4}-).*)*", re.MULTILINE)
_WARNING_OF_OURS = re.compile(
    # Not what a starved machine makes of us: that the played meter falls silent and answers again,
    # or that a state took long by the clock, but less than two seconds. One of ours took the
    # processor 15 ms at most; a garbage collection of all that Home Assistant holds, which falls
    # upon any state, 0.2 to 0.4 s, 1.4 s beside another demo and a busy process.
    # Nor that Home Assistant has not tested us, as it says of all it does not ship.
    r"^\S+ \S+ WARNING "
    r"(?!.*(?:: the meter (?:no longer answers|answers again)|\[homeassistant\.loader\]"
    r"|Updating state for \S+ .* took [01]\.\d+ seconds)).*"
    r"(?:custom_components.sen1|custom integration '?sen1|'sen1' custom integration)"
    r".*(?:\n(?!\d{4}-).*)*",
    re.MULTILINE,
)


class FlowError(Exception):
    """A flow asked for something else than the answers given, or gave up."""

    def __init__(self, result: Json) -> None:
        self.errors: dict[str, str] = result.get("errors") or {}
        self.reason: str | None = result.get("reason")
        step = f"{result['type']} {result.get('step_id', '')}"
        super().__init__(f"{step}: {self.errors or self.reason or 'more to answer'}")


class HomeAssistant:
    """One Home Assistant with one administrator and no network but the loopback."""

    user = "demo"
    password = "demo"

    def __init__(
        self,
        name: str,
        configuration: str = "",
        *,
        names: NameServer | None = None,
        db_url: str | None = None,
    ) -> None:
        """Prepare an instance in a folder of its own; it is not started.

        `configuration` is YAML of further integrations; `names` says where servers are; `db_url`
        where the recorder's database is, if not in its folder.
        """
        self.name = name
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.states: dict[str, Json] = {}
        """Each entity's state as Home Assistant last told it: `state`, `attributes`, times."""
        self.folder = temporary_folder("home-assistant")
        self._temporary = self.folder / "tmp"
        self._temporary.mkdir()
        write_configuration(self.folder, name=name, host=LOOPBACK, port=self.port, db_url=db_url)
        with (self.folder / "configuration.yaml").open("a") as file:
            file.write(configuration)
        self._process = Process(
            [
                *(sys.executable, "-m", "testbed.names" if names else "homeassistant"),
                *("--config", str(self.folder), "--skip-pip", "--log-no-color"),
            ],
            self.folder / "output.log",
            {
                # Each has uploaded files in a folder of one name, and empties it first.
                "HOME": str(self.folder),
                "TMPDIR": str(self._temporary),
                # The integration is the one of its folder, wherever this runs.
                "PYTHONSAFEPATH": "1",
                **({"PYTHONPATH": str(ROOT), **names.environment} if names else {}),
            },
        )
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._listener: asyncio.Task[None] | None = None
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._onboarded = False
        self.tokens: Json = {}
        """What the administrator's browser has of the login page."""

    async def __aenter__(self) -> Self:
        """Start the instance and log in; leave nothing running if it fails."""
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the instance and remove its folder."""
        await self.stop()
        shutil.rmtree(self.folder)

    async def start(self) -> None:
        """Start; return when everything is set up and a user is logged in."""
        already = self.log.count(_INITIALIZED)
        self._process.start()
        await until(
            lambda: not self._process.running or self.log.count(_INITIALIZED) > already,
            f"{self.name} is initialized",
            within=120,
        )
        if not self._process.running:
            raise RuntimeError(f"{self.name} ended at once:\n{self._process.tail()}")
        self._session = aiohttp.ClientSession(self.url)
        await self._log_in()
        await self._listen()
        await self._stay_logged_in()

    async def stop(self) -> None:
        """Stop in order, as from the page; a folder and its database stay for another start."""
        if self._socket and self._listener:
            await self._socket.close()
            await self._listener
        if self._session:
            await self._session.close()
        await asyncio.to_thread(self._process.stop, 30)

    async def kill(self) -> None:
        """Stop as a power cut would."""
        self._process.kill()
        await self.stop()

    @property
    def is_running(self) -> bool:
        """Return whether it was started and not stopped since."""
        return self._process.running

    @property
    def log(self) -> str:
        """Return all it has logged."""
        log = self._process.log
        return log.read_text(errors="replace") if log.exists() else ""

    @property
    def errors(self) -> list[str]:
        """Return each error it has logged, with its traceback."""
        return [match.group() for match in _ERROR.finditer(self.log)]

    @property
    def warnings(self) -> list[str]:
        """Return each warning of ours or about us: what Home Assistant will not take for ever."""
        return [match.group() for match in _WARNING_OF_OURS.finditer(self.log)]

    # What the pages do

    async def request(self, method: str, path: str, body: Json | None = None) -> Any:
        """Call the REST API; raise `aiohttp.ClientResponseError` when it refuses."""
        assert self._session is not None
        async with self._session.request(method, path, json=body) as response:
            if not response.ok:
                raise RuntimeError(f"{method} {path}: {response.status} {await response.text()}")
            return await response.json()

    async def upload(self, name: str, content: bytes) -> str:
        """Hand over a file, as a form's field does; return what the form then holds of it."""
        assert self._session is not None
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name)
        async with self._session.post("/api/file_upload", data=form) as response:
            response.raise_for_status()
            identifier: str = (await response.json())["file_id"]
            return identifier

    async def command(self, kind: str, **arguments: Any) -> Any:
        """Send a WebSocket command and return its result."""
        assert self._socket is not None
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "type": kind, **arguments})
        return await answer

    async def action(self, domain: str, service: str, **data: Any) -> None:
        """Perform an action, once it is done."""
        await self.request("POST", f"/api/services/{domain}/{service}", data)

    async def set_state(self, entity_id: str, state: str, **attributes: Any) -> None:
        """Write a state that no integration owns."""
        body = {"state": state, "attributes": attributes}
        await self.request("POST", f"/api/states/{entity_id}", body)

    async def add(self, domain: str, *answers: Json) -> Json:
        """Add an integration, answering its pages one by one; return the config entry."""
        result = await self.answer(domain, *answers)
        if result["type"] != "create_entry":
            raise FlowError(result)
        entry: Json = result["result"]
        return entry

    async def answer(self, domain: str, *answers: Json) -> Json:
        """Answer an integration's pages one by one; return how they end."""
        return await self._flow(_FLOWS, {"handler": domain}, answers)

    async def set_options(self, entry_id: str, *answers: Json) -> None:
        """Change the options of a config entry through its own flow."""
        result = await self._flow(_OPTIONS_FLOWS, {"handler": entry_id}, answers)
        if result["type"] != "create_entry":
            raise FlowError(result)

    async def add_subentry(self, entry_id: str, kind: str, *answers: Json) -> Json:
        """Add a subentry, answering its pages one by one; return its ids, its type, its title."""
        before = await self._subentries(entry_id)
        result = await self._flow(_SUBENTRY_FLOWS, {"handler": [entry_id, kind]}, answers)
        if result["type"] != "create_entry":
            raise FlowError(result)
        after = await self._subentries(entry_id)
        # What comes back of a collection is published with it.
        several = after.keys() - before.keys()
        (added,) = (one for one in several if after[one]["subentry_type"] == kind)
        return after[added]

    async def reconfigure_subentry(
        self, entry_id: str, kind: str, subentry_id: str, *answers: Json
    ) -> None:
        """Change a subentry through its own flow."""
        start = {"handler": [entry_id, kind], "subentry_id": subentry_id}
        result = await self._flow(_SUBENTRY_FLOWS, start, answers)
        if result.get("reason") != "reconfigure_successful":
            raise FlowError(result)

    async def entities(self, entry_id: str) -> list[Json]:
        """Return the registry's rows of the entities of a config entry."""
        rows = await self.command("config/entity_registry/list")
        return [row for row in rows if row["config_entry_id"] == entry_id]

    async def _subentries(self, entry_id: str) -> dict[str, Json]:
        listed = await self.command("config_entries/subentries/list", entry_id=entry_id)
        return {subentry["subentry_id"]: subentry for subentry in listed}

    async def _flow(self, path: str, start: Json, answers: tuple[Json, ...]) -> Json:
        """Answer a flow's steps in turn; wait through its progress; return what it ended with."""
        result: Json = await self.request("POST", path, start)
        remaining = list(answers)
        try:
            while result["type"] not in ("create_entry", "abort"):
                step = f"{path}/{result['flow_id']}"
                if result["type"] in ("progress", "progress_done"):
                    await asyncio.sleep(0.05)
                    result = await self.request("GET", step)
                    continue
                if result.get("errors") or not remaining:
                    raise FlowError(result)
                result = await self.request("POST", step, remaining.pop(0))
        except FlowError:
            await self.request("DELETE", f"{path}/{result['flow_id']}")
            raise
        return result

    # Logging in and listening

    async def _log_in(self) -> None:
        """Take the token of the page's login: onboarding makes the user at the first start."""
        client_id = f"{self.url}/"
        names = {"username": self.user, "password": self.password, "client_id": client_id}
        if self._onboarded:
            self.tokens = await self.log_in_as(self.user, self.password)
        else:
            user = {**names, "name": self.name, "language": "en"}
            code = (await self.request("POST", "/api/onboarding/users", user))["auth_code"]
            self._onboarded = True
            self.tokens = await self._tokens(code)

    async def log_in_as(self, user: str, password: str) -> Json:
        """Return the tokens of the login page for another user."""
        client_id = f"{self.url}/"
        start = {"client_id": client_id, "handler": ["homeassistant", None]}
        flow = await self.request("POST", "/auth/login_flow", {**start, "redirect_uri": client_id})
        names = {"username": user, "password": password, "client_id": client_id}
        answer = await self.request("POST", f"/auth/login_flow/{flow['flow_id']}", names)
        return await self._tokens(answer["result"])

    async def _tokens(self, code: str) -> Json:
        assert self._session is not None
        form = {"grant_type": "authorization_code", "code": code, "client_id": f"{self.url}/"}
        async with self._session.post("/auth/token", data=form) as response:
            tokens: Json = await response.json()
            return tokens

    async def _listen(self) -> None:
        """Open the WebSocket and follow every state."""
        assert self._session is not None
        self._socket = await self._session.ws_connect("/api/websocket", max_msg_size=0)
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": self.tokens["access_token"]})
        await self._socket.receive_json()
        changes, states = next(self._numbers), next(self._numbers)
        subscription = {"type": "subscribe_events", "event_type": "state_changed"}
        await self._socket.send_json({"id": changes, **subscription})
        await self._socket.send_json({"id": states, "type": "get_states"})
        # Read in turn: a change that comes right behind all states is newer than they are.
        while (answer := await self._socket.receive_json())["id"] != states:
            pass
        for state in answer["result"]:
            self._keep(state["entity_id"], state)
        self._listener = asyncio.create_task(self._receive(self._socket))

    async def _stay_logged_in(self) -> None:
        """Take a token for a day: that of the login page is for half an hour."""
        assert self._session is not None
        token = await self.command(
            "auth/long_lived_access_token", client_name=token_hex(), lifespan=1
        )
        self.tokens["access_token"] = token
        self._session.headers["Authorization"] = f"Bearer {token}"

    async def _receive(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            content = message.json()
            if content["type"] == "event":
                data = content["event"]["data"]
                self._keep(data["entity_id"], data["new_state"])
            elif (answer := self._answers.pop(content["id"])) and not answer.done():
                if content["success"]:
                    answer.set_result(content["result"])
                else:
                    answer.set_exception(RuntimeError(str(content["error"])))
        for answer in self._answers.values():
            answer.cancel()

    def _keep(self, entity_id: str, state: Mapping[str, Any] | None) -> None:
        if state is None:
            self.states.pop(entity_id, None)
        else:
            self.states[entity_id] = dict(state)


_INITIALIZED = "Home Assistant initialized"
_FLOWS = "/api/config/config_entries/flow"
_OPTIONS_FLOWS = "/api/config/config_entries/options/flow"
_SUBENTRY_FLOWS = "/api/config/config_entries/subentries/flow"

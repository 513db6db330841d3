"""An account on a server: what servers may ask of who comes, and a password that is changed."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import pytest_socket

from custom_components.sen1.federation.xmpp.connection import Connection
from custom_components.sen1.federation.xmpp.registration import (
    answer_to,
    change_password,
    register,
)
from custom_components.sen1.protocol.errors import (
    JoiningError,
    LoginRefused,
    Refusal,
    ServerUnreachable,
)
from testbed.certificates import CertificateAuthority
from testbed.client import connect
from testbed.ejabberd import EjabberdServer
from testbed.xmpp import ProsodyServer

from .scripted import scripted
from .test_session import credentials

IN_BAND = "<register xmlns='http://jabber.org/features/iq-register'/>"


async def test_a_server_that_says_nothing_of_what_it_needs_lets_nobody_in(tmp_path: Path) -> None:
    async with scripted(tmp_path, IN_BAND, {"<iq": "<iq type='result' id='{id}'/>"}) as account:
        known = credentials(account)
        with pytest.raises(JoiningError) as refused:
            await register(known, known.ssl_context(), "")
        assert refused.value.key is Refusal.CLOSED


async def test_a_server_that_does_not_answer_who_comes_is_told_as_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection.request, "__defaults__", (0.1,))
    async with scripted(tmp_path, IN_BAND, {}) as account:
        known = credentials(account)
        with pytest.raises(ServerUnreachable):
            await register(known, known.ssl_context(), "")


@pytest.mark.parametrize("kind", [ProsodyServer, EjabberdServer])
async def test_a_password_is_changed_and_the_one_before_is_good_for_nothing(
    kind: type[ProsodyServer | EjabberdServer],
) -> None:
    pytest_socket.enable_socket()
    with kind("maison.test", CertificateAuthority()) as server:
        account = server.register("guest", "the first")
        known = credentials(account)
        await change_password(known, known.ssl_context(), "another")
        async with connect(replace(account, password="another")):
            pass
        with pytest.raises(LoginRefused):
            await change_password(known, known.ssl_context(), "a third")


# What servers may ask


LEGACY = "<query xmlns='jabber:iq:register'><username/><password/>{}</query>"
FORM = (
    "<x xmlns='jabber:x:data' type='form'><field var='username'><required/></field>"
    "<field var='password'><required/></field>{}</x>"
)


@pytest.mark.parametrize(
    ("query", "url"),
    [
        pytest.param(LEGACY.format("<email/>"), "", id="an e-mail address"),
        pytest.param(
            LEGACY.format(FORM.format("<field var='ocr'/><field var='challenge'/>")),
            "",
            id="a CAPTCHA",
        ),
        pytest.param(
            "<query xmlns='jabber:iq:register'><instructions>Come</instructions>"
            "<x xmlns='jabber:x:oob'><url>https://server.test/join</url></x></query>",
            "https://server.test/join",
            id="a page",
        ),
        pytest.param(
            "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:oob'>"
            "<url>javascript:alert(1)</url></x></query>",
            "",
            id="no page",
        ),
    ],
)
def test_a_server_that_asks_for_more_is_not_answered(query: str, url: str) -> None:
    with pytest.raises(JoiningError) as refusal:
        answer_to(ElementTree.fromstring(query), "home", "secret")
    assert refusal.value.key is Refusal.ELSEWHERE
    assert refusal.value.detail == url


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(LEGACY.format("<instructions/>"), id="fields"),
        pytest.param(LEGACY.format(FORM.format("<field var='nick'/>")), id="both"),
        pytest.param(
            f"<query xmlns='jabber:iq:register'>{FORM.format('')}</query>", id="a data form"
        ),
    ],
)
def test_a_server_that_asks_for_name_and_password_gets_them(query: str) -> None:
    text = [e.text for e in answer_to(ElementTree.fromstring(query), "home", "secret").iter()]
    assert [word for word in text if word in ("home", "secret")] == ["home", "secret"]

"""What can be wrong with a gateway, in words its owner can act on."""

from enum import StrEnum
import re

import aiohttp
import pyenphase
from pyenphase import (
    EnvoyAuthenticationError,
    EnvoyAuthenticationRequired,
    EnvoyCommunicationError,
    EnvoyError,
    EnvoyFirmwareCheckError,
    EnvoyFirmwareFatalCheckError,
)

from .const import CONF_PASSWORD, CONF_TOKEN


class GatewayFault(StrEnum):
    """Why a gateway is not read: keys of the forms' errors and of the exceptions' texts."""

    NO_ANSWER = "gateway_no_answer"
    NOT_A_GATEWAY = "not_a_gateway"
    OTHER_GATEWAY = "other_gateway"
    BAD_ANSWER = "gateway_bad_answer"
    NOT_READY = "gateway_not_ready"
    TOO_OLD = "gateway_too_old"
    NOT_A_TOKEN = "not_a_token"  # noqa: S105
    TOKEN_OF_ANOTHER = "token_of_another"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    PASSWORD_REFUSED = "gateway_password_refused"  # noqa: S105
    LOGIN_REFUSED = "enlighten_refused"
    TWO_STEPS = "enlighten_two_steps"
    CLOUD_UNREACHABLE = "enlighten_unreachable"


FIELD_OF_FAULT = {
    GatewayFault.NOT_A_TOKEN: CONF_TOKEN,
    GatewayFault.TOKEN_OF_ANOTHER: CONF_TOKEN,
    GatewayFault.TOKEN_EXPIRED: CONF_TOKEN,
    GatewayFault.TOKEN_REFUSED: CONF_TOKEN,
    GatewayFault.PASSWORD_REFUSED: CONF_PASSWORD,
    GatewayFault.LOGIN_REFUSED: CONF_PASSWORD,
}
"""What is wrong of that which opens a gateway, where it is a field of a form."""

NEEDS_THE_OWNER = {*FIELD_OF_FAULT, GatewayFault.TWO_STEPS}
"""Waiting does not cure these: somebody must log in again."""


class GatewayError(Exception):
    """The gateway cannot be read, and why."""

    def __init__(self, fault: GatewayFault) -> None:
        super().__init__(fault)
        self.fault = fault


REFUSED = (EnvoyAuthenticationError, EnvoyAuthenticationRequired)

# Absent from pyenphase 2, which Home Assistant 2026.6 has.
_CLOSED: tuple[type[Exception], ...] = (
    (pyenphase.EnvoyClientClosedError,) if hasattr(pyenphase, "EnvoyClientClosedError") else ()
)

LIBRARY_ERRORS: tuple[type[Exception], ...] = (
    EnvoyError,
    aiohttp.ClientError,
    TimeoutError,
    *_CLOSED,
    # A document that is none, or not the one expected. lxml's error is a SyntaxError.
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    SyntaxError,
)
"""All that pyenphase lets through when a gateway does not answer as one."""

_SILENT: tuple[type[Exception], ...] = (
    EnvoyFirmwareFatalCheckError,
    TimeoutError,
    aiohttp.ClientConnectorError,
    *_CLOSED,
)


def fault_of(error: BaseException) -> GatewayFault:
    """Return what an error of `LIBRARY_ERRORS` means, but for a refused login."""
    cause = error.__cause__
    if isinstance(error, EnvoyFirmwareCheckError):
        return GatewayFault.NOT_A_GATEWAY if cause is None else GatewayFault.BAD_ANSWER
    if isinstance(error, _SILENT) or isinstance(cause, _SILENT):
        return GatewayFault.NO_ANSWER
    if isinstance(error, EnvoyError) and not isinstance(error, EnvoyCommunicationError):
        return GatewayFault.NOT_READY
    return GatewayFault.BAD_ANSWER


def fault_of_login(error: Exception) -> GatewayFault:
    """Return why Enlighten gave no token; pyenphase keeps the status in its words only."""
    if isinstance(error.__cause__, KeyError):  # a login accepted, but without a session
        return GatewayFault.TWO_STEPS
    if re.search(r": 5\d\d: ", getattr(error, "status", "")):
        return GatewayFault.CLOUD_UNREACHABLE
    return GatewayFault.LOGIN_REFUSED

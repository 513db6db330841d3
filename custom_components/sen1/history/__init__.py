"""History: the recorder, read back and written, and files in and out."""

from .actions import async_register as async_setup

__all__ = ["async_setup"]

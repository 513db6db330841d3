"""The TIC decoder under the name that other programs rely on."""

from .line.tic import Frame, Group, Mode, Statistics, TicDecoder

__all__ = ["Frame", "Group", "Mode", "Statistics", "TicDecoder"]

"""Private files that are whole at any moment, whatever is killed."""

from collections.abc import Iterable
import json
import os
from pathlib import Path

BLOCK = 65536
"""Bytes that are read of a file's end at a time."""


class AppendedFile:
    """A private file of lines to which others are added, each on the disk before the next."""

    def __init__(self, path: Path, size: int = 0) -> None:
        """`size` is of what is whole: what lies behind it goes with the next line."""
        self.path = path
        self.size = size

    def append(self, lines: Iterable[str]) -> None:
        """Write lines, and wait until they are on the disk; on an OSError nothing was added."""
        if not (content := "".join(f"{line}\n" for line in lines).encode()):
            return
        is_new = not self.path.exists()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.truncate(self.size)
            file.seek(self.size)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        if is_new:
            sync_folder(self.path.parent)
        self.size += len(content)


def read_if_there(path: Path) -> bytes:
    """Return what a file has; nothing where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def write_whole(path: Path, content: bytes) -> None:
    """Put a private file in the place of another, whole at any moment."""
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have it on the disk which files a folder has."""
    if folder.is_dir():
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def end_before(path: Path, number: int) -> int:
    """Return where a person's file ends but for what is of this entry or a later one, or torn."""
    end = path.stat().st_size
    with path.open("rb") as file:
        while (line := _last_line(file.fileno(), end)) is not None:
            begin, content = line
            if content.endswith(b"\n") and json.loads(content).get("n", 0) < number:
                return end
            end = begin
    return end


def _last_line(descriptor: int, end: int) -> tuple[int, bytes] | None:
    """Return where the last line before `end` begins, and what it is; None: there is none."""
    if end == 0:
        return None
    begin, content = end, b""
    while begin > 0 and b"\n" not in content[:-1]:
        step = min(BLOCK, begin)
        begin -= step
        content = os.pread(descriptor, step, begin) + content
    at = content.rfind(b"\n", 0, len(content) - 1) + 1
    return begin + at, content[at:]

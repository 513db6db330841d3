"""The disk that states take: written into a database with the recorder's own tables and indexes."""

from collections.abc import Iterable
import os
from pathlib import Path
import tempfile

from homeassistant.components.recorder.db_schema import Base, StateAttributes, States, StatesMeta
from sqlalchemy import create_engine, insert

BATCH = 5000


def bytes_of(writings: Iterable[tuple[float, str, str]]) -> int:
    """Return how much larger the states, of (time, key, state) in order of time, make a database.

    Each key has attributes of its own, which do not change; each writing a context of its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "home-assistant_v2.db")
        engine = create_engine(f"sqlite:///{path}")
        Base.metadata.create_all(engine)
        empty = path.stat().st_size
        numbers: dict[str, int] = {}
        last: dict[str, int] = {}
        rows = []
        with engine.begin() as connection:
            for state_id, (at, key, state) in enumerate(writings, 1):
                if key not in numbers:
                    numbers[key] = len(numbers) + 1
                    connection.execute(insert(StatesMeta).values(entity_id=f"sensor.{key}"))
                    connection.execute(insert(StateAttributes).values(hash=0, shared_attrs="{}"))
                rows.append(
                    {
                        "state_id": state_id,
                        "state": state,
                        "last_updated_ts": at,
                        "old_state_id": last.get(key),
                        "attributes_id": numbers[key],
                        "origin_idx": 0,
                        "context_id_bin": os.urandom(16),
                        "metadata_id": numbers[key],
                    }
                )
                last[key] = state_id
                if len(rows) == BATCH:
                    connection.execute(insert(States), rows)
                    rows.clear()
            if rows:
                connection.execute(insert(States), rows)
        engine.dispose()
        return path.stat().st_size - empty

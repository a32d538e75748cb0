"""Logs of events that any number of browsers follow, from the start or from where they lost the thread."""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Mapping
from typing import Any

PATIENCE = 15.0
"""Seconds of silence after which a line is sent that says nothing, so that nobody on the way gives up."""


class Log:
    """Numbered events; used from the thread of the event loop only.

    Attributes:
        most: events that are kept; a browser that comes for older ones gets what there is.
    """

    def __init__(self, most: int = 100_000) -> None:
        self.most, self.first, self.closed = most, 0, False
        self._events: list[bytes] = []
        self._changed = asyncio.Event()

    @property
    def end(self) -> int:
        """Number that the next event will have."""
        return self.first + len(self._events)

    def append(self, kind: str, data: Mapping[str, Any]) -> None:
        """Tells everybody."""
        text = json.dumps(clean(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        self._events.append(f"id: {self.end}\nevent: {kind}\ndata: {text}\n\n".encode())
        if len(self._events) > self.most:
            del self._events[0]
            self.first += 1
        self._wake()

    def close(self) -> None:
        """There will be no more events."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def follow(self, after: int = -1) -> AsyncIterator[bytes]:
        """Events with numbers above ``after``, each once and in order, until the log is closed."""
        place = max(after + 1, 0)
        yield b"retry: 1000\n\n"
        while True:
            changed = self._changed
            place = max(place, self.first)
            if place < self.end:
                chunk = b"".join(self._events[place - self.first :])
                place = self.end
                yield chunk
            elif self.closed:
                return
            else:
                try:
                    await asyncio.wait_for(changed.wait(), PATIENCE)
                except TimeoutError:
                    yield b": still here\n\n"


def clean(value: Any) -> Any:
    """Plain data without the numbers that JSON does not have."""
    if isinstance(value, Mapping):
        return {str(key): clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [clean(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

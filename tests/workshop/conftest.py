"""A page that is really served, on a market small enough for a test."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from channellab.reports.workshop.app import application
from channellab.reports.workshop.guard import Doors
from channellab.reports.workshop.limits import Limits
from channellab.scenarios.files import Loaded, load

SMALL = ("consumers.count=600", "run.weeks=30", "run.warmup=2", "network.district_count=31")
PATIENCE = 600.0
"""Seconds; on a fresh machine the kernels are compiled first."""


@dataclass
class Served:
    """A page and a client that asks it."""

    url: str
    client: httpx.Client
    server: uvicorn.Server = field(repr=False)

    def job(self, **request: Any) -> str:
        """Starts a job and returns its id."""
        answer = self.client.post("/api/jobs", json={"seeds": 2, **request})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def wait(self, job: str) -> dict[str, Any]:
        """A job once it has ended."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found: dict[str, Any] = self.client.get(f"/api/jobs/{job}").json()
            if found["state"] in ("done", "stopped", "failed"):
                return found
            time.sleep(0.05)
        raise AssertionError(f"job {job} has not ended: {found}")


def serve(market: Loaded, **options: Any) -> Iterator[Served]:
    """Serves a page on a free port of loopback."""
    app = application(market, **{"workers": 1, "warm": False, "limits": Limits(queued=40), **options})
    config = uvicorn.Config(app, "127.0.0.1", 0, log_level="error", timeout_graceful_shutdown=1, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + PATIENCE
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < end
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=url, timeout=PATIENCE) as client:
        yield Served(url, client, server)
    server.should_exit = True
    thread.join(PATIENCE)


@pytest.fixture(scope="session")
def market() -> Loaded:
    return load("base", SMALL)


@pytest.fixture(scope="session")
def page(market: Loaded) -> Iterator[Served]:
    """On loopback, for everybody."""
    yield from serve(market)


@pytest.fixture(scope="session")
def guarded(market: Loaded) -> Iterator[Served]:
    """As it is elsewhere: with tokens."""
    join = "http://192.0.2.7:8710/join?token=guest-token"
    yield from serve(market, doors=Doors("control-token", "guest-token", ()), join=join)


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: $CHANNELLAB_SCREENSHOTS, or a folder of the tests."""
    import os

    named = os.environ.get("CHANNELLAB_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder

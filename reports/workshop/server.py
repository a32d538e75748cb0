"""Starts the page and tells where it is."""

import ipaddress
import re
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from channellab.reports.workshop.guard import LOOPBACK, Doors
from channellab.reports.workshop.limits import Limits
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded

MISSING = "needs FastAPI, uvicorn and segno; install them with: pip install 'channellab[workshop]'"
SHORTEST = 8
"""Characters of a token at least."""


@dataclass(frozen=True)
class Address:
    """Where the page is, and what it takes to come in.

    Attributes:
        host: to bind to. shown: to write in a browser's address line. doors: who may come in.
    """

    host: str
    port: int
    shown: str
    doors: Doors

    def link(self, view: str) -> str:
        """The link to a view, with the token that it needs."""
        token = self.doors.guest if view == "join" else self.doors.control
        return f"http://{self.shown}:{self.port}/{view}" + (f"?token={token}" if token else "")

    @property
    def join(self) -> str | None:
        """The link for participants; None where other devices cannot reach the page."""
        return None if _is_loopback(self.host) else self.link("join")


def address(host: str, port: int, token: str | None) -> Address:
    """What the options of the command mean: nothing but loopback goes without a token.

    Raises:
        BadInput: the port or the token cannot be.
    """
    if not 1 <= port <= 65535:
        raise BadInput("--port", "", f"is {port}, allowed are values from 1 to 65535")
    if token is not None and not re.fullmatch(rf"[A-Za-z0-9_-]{{{SHORTEST},80}}", token):
        raise BadInput("--token", "", f"is not a good one, allowed are {SHORTEST} to 80 letters, digits, - and _")
    if _is_loopback(host) and token is None:
        return Address(host, port, _bracketed(host), Doors())
    own = token or f"c{secrets.token_hex(12)}"
    shown = host if host not in ("0.0.0.0", "::") else _outward()
    hosts = LOOPBACK if _is_loopback(host) else ()
    return Address(host, port, _bracketed(shown), Doors(own, f"j{secrets.token_hex(6)}", hosts))


def serve(
    market: Loaded,
    where: Address,
    *,
    workers: int,
    limits: Limits,
    studies: Path | None,
    keep: Path | None,
    say: Callable[[str], None],
) -> None:
    """Serves the page until somebody ends it from the keyboard.

    Raises:
        BadInput: FastAPI or uvicorn is not there, the port is taken, or the folder for runs cannot be used.
    """
    try:
        import uvicorn

        from channellab.reports.workshop.app import application
    except ImportError:
        raise BadInput("channellab workshop", "", MISSING) from None
    _check_free(where)
    app = application(
        market,
        workers=workers,
        limits=limits,
        doors=where.doors,
        studies=studies,
        keep=keep,
        join=where.join,
        opening=True,
    )
    for view in ("control", "present", "join"):
        say(f"{view:8} {where.link(view)}")
    config = uvicorn.Config(
        app, where.host, where.port, log_level="error", access_log=False, timeout_graceful_shutdown=1, lifespan="on"
    )
    uvicorn.Server(config).run()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _outward() -> str:
    """This machine's address in its network; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])


def _check_free(where: Address) -> None:
    try:
        kind = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind[0], kind[1]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(kind[4])
    except OSError as error:
        raise BadInput(
            f"--port {where.port}", "", f"cannot be used on {where.host}: {error.strerror or error}"
        ) from None

"""Who may ask for what: a wall around the application.

On loopback everybody may do everything, but only under a name of this machine, so that a foreign page that has its name
resolve to it gets nothing. Elsewhere a token is needed: one for the facilitator, one for participants, who may look at
what they are shown and propose. Requests that change something must come from the page itself and hold JSON.
"""

import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal
from urllib.parse import parse_qs, quote

from channellab.reports.refusals import told
from channellab.reports.workshop.limits import BODY
from channellab.reports.workshop.words import asked_for

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Role = Literal["control", "guest"]

COOKIE = "channellab"
SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_GUESTS = re.compile(
    r"/(join|present|static/.*|api/(words/.*|levers|metrics|join\.svg|room|room/events|jobs/[^/]+(/events)?))?"
)


@dataclass(frozen=True)
class Doors:
    """Who may come in.

    Attributes:
        control, guest: tokens; None where everybody may do everything. hosts: names that requests may use; none = any.
    """

    control: str | None = None
    guest: str | None = None
    hosts: tuple[str, ...] = LOOPBACK

    def role(self, token: str | None) -> Role | None:
        """What a token allows."""
        if self.control is None:
            return "control"
        for role, known in (("control", self.control), ("guest", self.guest)):
            if token and known and hmac.compare_digest(token.encode(), known.encode()):
                return role  # type: ignore[return-value]  # mypy widens the tuple's texts
        return None


class Guard:
    """The wall, as an ASGI application around another."""

    def __init__(self, app: App, doors: Doors) -> None:
        self.app, self.doors = app, doors

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers what is refused, and hands the rest on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = _Request(scope)
        refused = self._refused(request)
        if refused:
            await _answer(send, request, *refused)
            return
        token = request.query.get("token", [None])[-1]
        if token and self.doors.control and request.method in SAFE and not request.path.startswith("/api/"):
            await _let_in(send, request, token)
            return
        scope["state"] = {**scope.get("state", {}), "role": self.doors.role(request.token)}
        body = _Body(receive)
        await self.app(scope, body.receive, _with_headers(send, body))

    def _refused(self, request: "_Request") -> tuple[int, str] | None:
        if self.doors.hosts and request.host not in self.doors.hosts:
            return 421, "this page is not known under that name; open the address that the command printed"
        if request.length > BODY:
            return 413, f"the request is larger than the {BODY} bytes that are allowed"
        role = self.doors.role(request.token)
        if role is None:
            return 401, "this page needs its token; open the whole link that the command printed"
        if role == "guest" and not self._guest_may(request):
            return 403, "participants may look at what is shown and propose, nothing else"
        return self._forged(request) if request.method not in SAFE else None

    def _guest_may(self, request: "_Request") -> bool:
        if request.method in SAFE:
            return bool(_GUESTS.fullmatch(request.path))
        return request.method == "POST" and request.path == "/api/proposals"

    def _forged(self, request: "_Request") -> tuple[int, str] | None:
        origin = request.headers.get("origin")
        if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
            return 403, "the request comes from another page"
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "the request comes from another page"
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return 415, "a request that changes something must have the content type application/json"
        return None


class _Request:
    """What the wall looks at."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self.method, self.path = str(scope["method"]), str(scope["path"])
        self.headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        self.query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        name = self.headers.get("host", "")
        self.host = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]

    @property
    def length(self) -> int:
        """Bytes that are announced."""
        text = self.headers.get("content-length", "0")
        return int(text) if text.isdecimal() else BODY + 1

    @property
    def token(self) -> str | None:
        """The token of a link, a header or a cookie, in this order."""
        if "token" in self.query:
            return str(self.query["token"][-1])
        kind, _, text = self.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return str(text.strip())
        try:
            found = SimpleCookie(self.headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return None
        return found.value if found else None


class _Body:
    """Counts what comes in, as not everybody announces it."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._size = receive, 0

    async def receive(self) -> Message:
        """The next message; a request that is too large ends as if its sender had gone."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            if self._size > BODY:
                return {"type": "http.disconnect"}
        return message

    @property
    def too_large(self) -> bool:
        """Whether more came than is allowed."""
        return self._size > BODY


def _with_headers(send: Send, body: _Body) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            new = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in there]
            message = {**message, "headers": [*message["headers"], *new]}
            if body.too_large:
                message["status"] = 413
        await send(message)

    return wrapped


async def _answer(send: Send, request: "_Request", status: int, sentence: str) -> None:
    """A refusal in one sentence, which a browser that was to open a page shows as it is."""
    said = told(sentence, asked_for(request.headers.get("accept-language", "")))
    plain = "text/html" in request.headers.get("accept", "") and not request.path.startswith("/api/")
    kind, body = ("text/plain; charset=utf-8", said) if plain else ("application/json", json.dumps({"detail": said}))
    headers = {"content-type": kind, "content-length": str(len(body.encode())), **HEADERS}
    await _start(send, status, headers)
    await send({"type": "http.response.body", "body": body.encode()})


async def _let_in(send: Send, request: _Request, token: str) -> None:
    """Keeps the token of a link in a cookie, and takes it out of the address."""
    rest = "&".join(f"{quote(k)}={quote(v[-1])}" for k, v in request.query.items() if k != "token")
    place = "/" + quote(request.path.lstrip("/")) + (f"?{rest}" if rest else "")
    cookie = f"{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/"
    await _start(send, 303, {"location": place, "set-cookie": cookie, "content-length": "0", **HEADERS})
    await send({"type": "http.response.body", "body": b""})


async def _start(send: Send, status: int, headers: Mapping[str, str]) -> None:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})

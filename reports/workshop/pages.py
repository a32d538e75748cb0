"""The page: one document for all views, and the files that it is made of."""

import gzip
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

router = APIRouter(include_in_schema=False)
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".otf": "font/otf",
}
FONT = "NotoSansSC-GB2312.otf"
FACE = f"""@font-face {{
  font-family: "channellab zh";
  src: url("/static/{FONT}") format("opentype");
  unicode-range: U+2E80-2FFF, U+3000-303F, U+3400-9FFF, U+F900-FAFF, U+FF00-FFEF;
  font-display: block;
}}
"""


@router.get("/")
async def home(request: Request) -> RedirectResponse:
    """Facilitators steer, participants propose."""
    guest = request.scope["state"]["role"] == "guest"
    return RedirectResponse("/join" if guest else "/control", 303)


@router.get("/control")
@router.get("/present")
@router.get("/join")
@router.get("/studies")
async def page(request: Request) -> Response:
    """The document; its script shows the view that the address names."""
    return _file("page.html", request)


@router.get("/static/{name}")
async def static(name: str, request: Request) -> Response:
    """A file of the page."""
    return _file(name, request)


def _file(name: str, request: Request) -> Response:
    found = files_of_page().get(name)
    if found is None:
        raise HTTPException(404, "there is no such file")
    body, small, kind = found
    # A day for what never changes within a version; the page itself is asked for anew.
    lasting = kind == "font/otf" or name.startswith("echarts")
    headers = {"cache-control": "max-age=86400" if lasting else "no-cache", "vary": "accept-encoding"}
    if small is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(small, media_type=kind, headers=headers | {"content-encoding": "gzip"})
    return Response(body, media_type=kind, headers=headers)


@cache
def files_of_page() -> dict[str, tuple[bytes, bytes | None, str]]:
    """All files of the page in memory, and small for the way to a phone, the font of the reports among them."""
    reports = files("channellab.reports")
    entries = [*reports.joinpath("workshop", "static").iterdir()]
    font = reports.joinpath("fonts", FONT)
    if font.is_file():
        entries.append(font)
    face = FACE.encode() if font.is_file() else b""
    found: dict[str, tuple[bytes, bytes | None, str]] = {"fonts.css": (face, None, KINDS[".css"])}
    for entry in entries:
        ending = entry.name[entry.name.rfind(".") :]
        if ending in KINDS:
            body = entry.read_bytes()
            found[entry.name] = body, None if ending == ".otf" else gzip.compress(body, 6, mtime=0), KINDS[ending]
    return found

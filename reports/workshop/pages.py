"""The page: one document for all views, and the files that it is made of."""

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
async def page() -> Response:
    """The document; its script shows the view that the address names."""
    return _file("page.html")


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """A file of the page."""
    return _file(name)


def _file(name: str) -> Response:
    found = _read().get(name)
    if found is None:
        raise HTTPException(404, "there is no such file")
    body, kind = found
    # A day for what never changes within a version; the page itself is asked for anew.
    lasting = kind == "font/otf" or name.startswith("echarts")
    return Response(body, media_type=kind, headers={"cache-control": "max-age=86400" if lasting else "no-cache"})


@cache
def _read() -> dict[str, tuple[bytes, str]]:
    """All files of the page in memory, the font of the reports among them."""
    reports = files("channellab.reports")
    entries = [*reports.joinpath("workshop", "static").iterdir()]
    font = reports.joinpath("fonts", FONT)
    if font.is_file():
        entries.append(font)
    found = {"fonts.css": (FACE.encode() if font.is_file() else b"", KINDS[".css"])}
    for entry in entries:
        ending = entry.name[entry.name.rfind(".") :]
        if ending in KINDS:
            found[entry.name] = entry.read_bytes(), KINDS[ending]
    return found

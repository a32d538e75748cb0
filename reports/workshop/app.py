"""The application: the interface under /api, the page under /control, /present, /join and /studies."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from channellab import __version__
from channellab.experiments.identity import environment
from channellab.reports.language import LANGUAGES
from channellab.reports.refusals import told
from channellab.reports.workshop import job_routes, pages, room_routes, study_routes
from channellab.reports.workshop.crew import Crew
from channellab.reports.workshop.guard import Doors, Guard
from channellab.reports.workshop.jobs import Jobs
from channellab.reports.workshop.keeping import Keeper
from channellab.reports.workshop.lab import Lab
from channellab.reports.workshop.levers import STEERED
from channellab.reports.workshop.limits import Limits
from channellab.reports.workshop.models import JobRequest, Problem
from channellab.reports.workshop.room import Room
from channellab.reports.workshop.shipped import ANSWERS
from channellab.reports.workshop.words import asked_for, page_words
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.explain import problem
from channellab.scenarios.files import Loaded

PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": text}
    for code, text in {
        400: "The request is no JSON.",
        403: "You may not.",
        404: "There is no such thing.",
        409: "It is too early.",
        413: "The request is too large.",
        415: "The content type is not application/json.",
        422: "Something in the request is not allowed.",
    }.items()
}
ABOUT = """
Markets, policies and runs of a channellab workshop. A job plays up to four policies on the same luck: first a coarse
answer (one seed, fewer weeks), then a fine one. Its events can be followed as server-sent events: `state`, `weeks`,
`progress`, `result`; after a break, `Last-Event-ID` gives the rest. Requests that change something hold JSON.
"""


def application(
    market: Loaded,
    *,
    workers: int = 1,
    limits: Limits | None = None,
    doors: Doors | None = None,
    studies: Path | None = None,
    join: str | None = None,
    keep: Path | None = None,
    warm: bool = True,
    answers: Path = ANSWERS,
    opening: bool = False,
) -> ASGIApp:
    """The page for a room around a market; its processes start with it.

    Args:
        market: that policies are tried in. workers: processes that play. doors: who may come in.
        studies: folder whose studies can be looked at.
        join: address that participants are told, None where their devices cannot reach the page.
        keep: folder in which runs outlive this server.
        warm: whether processes load their kernels before the first run.
        answers: folder of answers that came with the package. opening: whether the room opens with today's market.
    """
    room = Room()
    crew = Crew(workers, warm, lambda: room.log.append("ready", {"ready": crew.ready}))
    jobs = Jobs(
        market,
        crew,
        limits or Limits(),
        lambda: room.log.append("jobs", {"jobs": [*jobs.all][::-1]}),
        Keeper(keep),
        answers,
    )

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        crew.start(asyncio.get_running_loop())
        await asyncio.to_thread(environment)
        reading = asyncio.create_task(asyncio.to_thread(_read_ahead, market))
        if opening:
            jobs.start(JobRequest(policies=room.board.policies, detail="coarse"))
        yield
        reading.cancel()
        jobs.close()
        room.log.close()
        crew.close()

    app = FastAPI(
        title="channellab workshop",
        version=__version__,
        description=ABOUT,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        responses=PROBLEMS,
    )
    app.state.lab = Lab(room, jobs, crew, studies, join)
    for part in (room_routes, job_routes, study_routes):
        app.include_router(part.router, prefix="/api")
    app.include_router(pages.router)
    _speak_plainly(app)
    return Guard(app, doors or Doors())


def _read_ahead(market: Loaded) -> None:
    """What the first browser would wait for."""
    pages.files_of_page()
    for lang in LANGUAGES:
        page_words(lang)
    room_routes.levers_of(market)


def _speak_plainly(app: FastAPI) -> None:
    """Every error is one sentence, in the language that the request asks for."""

    def answer(
        request: Request, status: int, error: Exception | str, headers: Mapping[str, str] | None = None
    ) -> JSONResponse:
        said = told(error, asked_for(request.headers.get("accept-language", "")))
        key = error.key if isinstance(error, BadInput) and error.key.partition(".")[0] in STEERED else None
        return JSONResponse({"detail": said} | ({"key": key} if key else {}), status, headers=dict(headers or {}))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return answer(request, 400, "the request is no JSON")
        key = ".".join(str(part) for part in first["loc"][1:])[:120]
        return answer(request, 422, BadInput("the request", key, problem(first)))

    @app.exception_handler(ChannelLabError)
    async def _bad(request: Request, error: ChannelLabError) -> JSONResponse:
        return answer(request, 422 if isinstance(error, BadInput) else 500, error)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return answer(request, error.status_code, str(error.detail), error.headers)

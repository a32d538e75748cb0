"""Jobs over the wire."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import HTMLResponse, StreamingResponse

from channellab.reports.language import Lang
from channellab.reports.workshop import export, results
from channellab.reports.workshop.asking import After, PartnerName, TheJob, TheLab, stream
from channellab.reports.workshop.jobs import Work
from channellab.reports.workshop.log import clean
from channellab.reports.workshop.models import Job, JobRequest
from channellab.reports.workshop.results import Played

router = APIRouter(tags=["jobs"])
HTML: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
SSE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}


@router.get("/jobs")
async def jobs(lab: TheLab) -> list[Job]:
    """All jobs, the newest first."""
    return [work.shown() for work in reversed(lab.jobs.all.values())]


@router.post("/jobs", status_code=201)
async def start(request: JobRequest, lab: TheLab) -> Job:
    """Starts a job; runs that were played before are not played again."""
    return lab.jobs.start(request).shown()


@router.get("/jobs/{job}")
async def job(work: TheJob) -> Job:
    """A job as it stands."""
    return work.shown()


@router.get("/jobs/{job}/events", responses=SSE)
async def events(work: TheJob, last: After) -> StreamingResponse:
    """Everything that has happened and will happen to a job, as server-sent events."""
    return stream(work.log, last)


@router.post("/jobs/{job}/stop")
async def stop(work: TheJob, lab: TheLab) -> Job:
    """Stops a job; what it has told stays."""
    lab.jobs.stop(work)
    return work.shown()


@router.get("/jobs/{job}/result")
async def result(work: TheJob) -> dict[str, Any]:
    """The newest whole result: metrics by policy, differences from the first, weeks."""
    return {"stage": work.stage, "shipped": work.shipped, **clean(await asyncio.to_thread(results.told, _played(work)))}


@router.get("/jobs/{job}/regions")
async def regions(work: TheJob) -> list[dict[str, Any]]:
    """Every region with its figures by policy."""
    return [clean(row) for row in results.regions(_played(work))]


@router.get("/jobs/{job}/regions/{region}")
async def story(work: TheJob, region: Annotated[str, Path(max_length=40)]) -> list[dict[str, Any]]:
    """Partners of a region by policy."""
    return [clean(each) for each in results.story(_played(work), region)]


@router.get("/jobs/{job}/partners/{partner}")
async def partner(work: TheJob, partner: PartnerName) -> list[dict[str, Any] | None]:
    """A partner's story by policy; null under a policy that leaves it out."""
    return [clean(each) if each else None for each in results.partner(_played(work), partner)]


@router.get("/jobs/{job}/report", responses=HTML)
async def report(work: TheJob, lang: Lang = "en") -> HTMLResponse:
    """The job as a report that stands by itself; one can only be written of what was played here."""
    if work.shipped:
        raise HTTPException(409, "this answer came with the package; the report follows when it was played here")
    page = await asyncio.to_thread(export.report, _played(work), lang)
    return HTMLResponse(page, headers={"content-disposition": f'attachment; filename="channellab-{work.id}.html"'})


def _played(work: Work) -> Played:
    if not work.played:
        raise HTTPException(409, "the job has no result yet")
    return work.played

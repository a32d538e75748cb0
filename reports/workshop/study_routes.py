"""Finished studies over the wire."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from channellab.reports.language import Lang
from channellab.reports.workshop import studies as shelf
from channellab.reports.workshop import study_page
from channellab.reports.workshop.asking import PartnerName, TheLab
from channellab.reports.workshop.job_routes import HTML
from channellab.reports.workshop.log import clean

router = APIRouter(tags=["studies"])
PNG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {"schema": {"type": "string"}}}}}
Group = Annotated[int, Query(ge=0, lt=10_000, description="Which of the study's groups of runs.")]


class StudyEntry(BaseModel):
    """A study of the browser."""

    id: str
    name: str
    kind: shelf.Kind


async def found(study: Annotated[str, Path(max_length=40)], lab: TheLab) -> shelf.Study:
    """The study of an address; only what is listed can be had, so that no address leads out of the folder."""
    for each in await asyncio.to_thread(shelf.listed, lab.studies):
        if each.id == study:
            return each
    raise HTTPException(404, "there is no such study")


TheStudy = Annotated[shelf.Study, Depends(found)]


@router.get("/studies")
async def studies(lab: TheLab) -> list[StudyEntry]:
    """Studies of all kinds under the folder that the command was given."""
    there = await asyncio.to_thread(shelf.listed, lab.studies)
    return [StudyEntry(id=each.id, name=each.name, kind=each.kind) for each in there]


@router.get("/studies/{study}")
async def study(study: TheStudy) -> dict[str, Any]:
    """What there is to see of a study: the front of a search, groups of runs with their metrics."""
    shown: dict[str, Any] = clean(await asyncio.to_thread(shelf.opened, study))
    return shown


@router.get("/studies/{study}/regions")
async def regions(study: TheStudy, group: Group = 0) -> list[dict[str, Any]]:
    """Every region with its figures for a group of runs."""
    return [clean(row) for row in await asyncio.to_thread(shelf.regions, study, group)]


@router.get("/studies/{study}/regions/{region}")
async def story(study: TheStudy, region: Annotated[str, Path(max_length=40)], group: Group = 0) -> list[dict[str, Any]]:
    """Partners of a region for a group of runs."""
    return [clean(each) for each in await asyncio.to_thread(shelf.story, study, group, region)]


@router.get("/studies/{study}/partners/{partner}")
async def partner(study: TheStudy, partner: PartnerName, group: Group = 0) -> list[dict[str, Any] | None]:
    """A partner's story for a group of runs; null if it is no partner there."""
    found = await asyncio.to_thread(shelf.partner, study, group, partner)
    return [clean(each) if each else None for each in found]


@router.get("/studies/{study}/page")
async def page(study: TheStudy, lang: Lang = "en") -> dict[str, Any]:
    """What the report of a study says: findings, and sections with tables and the names of charts."""
    told: dict[str, Any] = await asyncio.to_thread(study_page.told, study.folder, lang)
    return told


@router.get("/studies/{study}/charts/{chart}", responses=PNG, response_class=Response)
async def chart(study: TheStudy, chart: Annotated[str, Path(max_length=80)], lang: Lang = "en") -> Response:
    """A chart of that report."""
    drawn = await asyncio.to_thread(study_page.picture, study.folder, chart, lang)
    if drawn is None:
        raise HTTPException(404, "the report has no such chart")
    return Response(drawn, media_type="image/png")


@router.get("/studies/{study}/report", responses=HTML)
async def report(study: TheStudy, lang: Lang = "en") -> HTMLResponse:
    """The report of a study, which stands by itself."""
    text = await asyncio.to_thread(study_page.report, study.folder, lang)
    return HTMLResponse(text, headers={"content-disposition": f'attachment; filename="channellab-{study.id}.html"'})

"""Finished studies over the wire."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from pydantic import BaseModel

from channellab.reports.workshop import studies as shelf
from channellab.reports.workshop.asking import TheLab
from channellab.reports.workshop.log import clean

router = APIRouter(tags=["studies"])
Group = Annotated[int, Query(ge=0, lt=10_000, description="Which of the study's groups of runs.")]


class StudyEntry(BaseModel):
    """A study of the browser."""

    id: str
    name: str
    kind: Literal["batch", "search", "result", "calibration"]


async def found(study: Annotated[str, Path(max_length=40)], lab: TheLab) -> shelf.Study:
    """The study of an address; only what is listed can be had, so that no address leads out of the folder."""
    for each in await asyncio.to_thread(shelf.listed, lab.studies):
        if each.id == study:
            return each
    raise HTTPException(404, "there is no such study")


TheStudy = Annotated[shelf.Study, Depends(found)]


@router.get("/studies")
async def studies(lab: TheLab) -> list[StudyEntry]:
    """Batches, searches, calibrations and results under the folder that the command was given."""
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

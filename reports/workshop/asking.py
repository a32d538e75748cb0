"""What routes share: how they reach the lab, and answers that say that something is not there."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Path, Request
from fastapi.responses import StreamingResponse

from channellab.reports.workshop.jobs import Work
from channellab.reports.workshop.lab import Lab
from channellab.reports.workshop.log import Log

PartnerName = Annotated[str, Path(max_length=60, description="Tier and number, as regions tell them.")]
JobId = Annotated[str, Path(max_length=40)]


def the_lab(request: Request) -> Lab:
    """The room and all that belongs to it."""
    lab: Lab = request.app.state.lab
    return lab


def found(request: Request, job: JobId) -> Work:
    """The job of an address."""
    work = the_lab(request).jobs.find(job)
    if work is None:
        raise HTTPException(404, "there is no such job; the oldest ones are forgotten")
    return work


def after(last_event_id: Annotated[str | None, Header(max_length=40)] = None) -> int:
    """Number of the last event that a browser has had, -1 for none."""
    return int(last_event_id) if last_event_id and last_event_id.isdecimal() and len(last_event_id) < 12 else -1


TheLab = Annotated[Lab, Depends(the_lab)]
TheJob = Annotated[Work, Depends(found)]
After = Annotated[int, Depends(after)]


def stream(log: Log, last: int) -> StreamingResponse:
    """A log as server-sent events."""
    events: AsyncIterator[bytes] = log.follow(last)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)

"""The room over the wire: markets, levers, words, the board, proposals, the big screen."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from channellab.reports.workshop.asking import After, TheLab, stream
from channellab.reports.workshop.code import SVG_TYPE, code
from channellab.reports.workshop.job_routes import SSE
from channellab.reports.workshop.levers import levers
from channellab.reports.workshop.models import Board, Card, KeptProposal, Levers, Market, Proposal, Reveal, Room
from channellab.reports.workshop.presets import presets, with_preset
from channellab.reports.workshop.words import metric_facts, page_words
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded
from channellab.scenarios.ready import library

router = APIRouter(tags=["room"])
SVG: dict[int | str, dict[str, Any]] = {200: {"content": {SVG_TYPE: {"schema": {"type": "string"}}}}}


@router.get("/words/{lang}")
async def words(lang: Annotated[str, Path(max_length=8)]) -> dict[str, str]:
    """Every word of the page in a language."""
    return page_words(lang)


@router.get("/metrics")
async def metrics() -> dict[str, dict[str, Any]]:
    """All metrics: unit, direction, group, definition, and whether they exist week by week."""
    return metric_facts()


@router.get("/scenarios")
async def scenarios(lab: TheLab) -> list[Market]:
    """Markets to try policies in: the room's own first, then the library."""
    own = lab.jobs.market
    title, about = own.scenario.title, own.scenario.about
    words = {"title_en": title.en, "title_zh": title.zh, "about": about.en, "about_zh": about.zh}
    first = Market(name=own.name, library=False, **words)
    return [first, *(Market(library=True, **vars(entry)) for entry in library() if entry.name != own.name)]


@router.get("/levers")
async def all_levers(lab: TheLab, market: Annotated[str | None, Query(max_length=80)] = None) -> Levers:
    """Levers of a market with unit, bounds and meaning, and the cards that fit it."""
    return levers_of(lab.jobs.base(market))


@router.get("/room")
async def room(lab: TheLab, request: Request) -> Room:
    """The room as it stands."""
    guest = request.scope["state"]["role"] == "guest"
    return Room(
        market=lab.jobs.market.name,
        board=lab.room.board,
        undo=lab.room.undo_steps,
        proposals=[] if guest else list(lab.room.proposals.values()),
        revealed=lab.room.revealed,
        jobs=[] if guest else [*lab.jobs.all][::-1],
        ready=lab.crew.ready,
        guest=guest,
        join=lab.join,
    )


@router.get("/join.svg", responses=SVG)
async def join_code(lab: TheLab) -> Response:
    """The address for participants as a QR code, for phones."""
    if lab.join is None:
        raise HTTPException(404, "phones cannot reach this page; it was started for this computer alone")
    return Response(code(lab.join), media_type=SVG_TYPE, headers={"cache-control": "no-store"})


@router.get("/room/events", responses=SSE)
async def events(lab: TheLab, last: After) -> StreamingResponse:
    """What changes in the room from now on, or since the last event that was had, as server-sent events."""
    log = lab.room.log
    return stream(log, last if last >= 0 else log.end - 1)


@router.put("/board")
async def put_board(board: Board, lab: TheLab) -> Board:
    """Another board; the one before can be had back."""
    lab.room.put(board, lab.jobs)
    return lab.room.board


@router.post("/board/undo")
async def undo(lab: TheLab) -> Board:
    """The board as it was before."""
    lab.room.undo()
    return lab.room.board


@router.get("/proposals")
async def proposals(lab: TheLab) -> list[KeptProposal]:
    """What participants have proposed, in order."""
    return list(lab.room.proposals.values())


@router.post("/proposals", status_code=201)
async def propose(proposal: Proposal, lab: TheLab) -> KeptProposal:
    """Proposes a policy."""
    return lab.room.propose(proposal, lab.jobs)


@router.delete("/proposals/{number}", status_code=204)
async def dismiss(number: Annotated[int, Path(ge=0, lt=2**31)], lab: TheLab) -> Response:
    """Takes a proposal away."""
    if not lab.room.dismiss(number):
        raise HTTPException(404, "there is no such proposal")
    return Response(status_code=204)


@router.put("/reveal")
async def reveal(wanted: Reveal, lab: TheLab) -> Reveal:
    """Shows a job on the big screen, or nothing."""
    lab.room.reveal(wanted, lab.jobs.find)
    return lab.room.revealed


@cache
def _found(key: str, market: "_Same") -> Levers:
    """Cards change levers, and some give the market levers that it has not."""
    own = {each.key: each for each in levers(market.loaded.scenario)}
    cards = []
    for name, preset in presets().items():
        try:
            with_card = {each.key: each for each in levers(with_preset(market.loaded, name).scenario)}
        except BadInput:
            continue
        values = {k: each.value for k, each in with_card.items() if k not in own or own[k].value != each.value}
        own |= {k: each for k, each in with_card.items() if k not in own}
        cards.append(Card(name=name, sight=[k for k in preset.sight if k in with_card], values=values))
    return Levers(market=key, currency=market.loaded.scenario.run.currency, levers=list(own.values()), cards=cards)


class _Same:
    """A market that is told apart by what it is called."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded

    def __hash__(self) -> int:
        return hash((self.loaded.name, self.loaded.where))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.loaded == other.loaded


def levers_of(loaded: Loaded) -> Levers:
    """Levers of a market and the cards that fit it."""
    return _found(loaded.name, _Same(loaded))

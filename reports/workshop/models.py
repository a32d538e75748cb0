"""What goes over the wire, typed; FastAPI describes the interface by these."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from channellab.reports.workshop.levers import Lever, Value
from channellab.reports.workshop.limits import LABEL, LEVERS, POLICIES, SEEDS
from channellab.reports.workshop.presets import TODAY

State = Literal["queued", "running", "done", "stopped", "failed"]
Stage = Literal["coarse", "fine"]


def _printable(text: str) -> str:
    """A name on one line."""
    stripped = " ".join(text.split())
    if not stripped or not stripped.isprintable():
        raise ValueError("is empty or holds characters that cannot be shown, allowed is a name on one line")
    return stripped


Label = Annotated[str, Field(min_length=1, max_length=LABEL), AfterValidator(_printable)]
Key = Annotated[str, Field(max_length=120)]
Number = Annotated[int, Field(ge=1)]


class Wire(BaseModel):
    """Base of what is sent."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Problem(Wire):
    """What is wrong with a request, in one sentence, in the language that it asks for (``Accept-Language``)."""

    detail: str
    key: str | None = Field(default=None, description="The setting at fault, where it is one.")


class Policy(Wire):
    """What is tried: a card's values, and levers moved on top of them."""

    label: Label | None = Field(default=None, description="Name for people; by default the card's title.")
    preset: Annotated[str, Field(max_length=40)] = TODAY
    levers: Annotated[dict[Key, Value], Field(max_length=LEVERS)] = {}


class JobRequest(Wire):
    """Policies to play on the same luck. The first is what the others are held against."""

    policies: Annotated[list[Policy], Field(min_length=1, max_length=POLICIES)]
    market: Annotated[str, Field(max_length=80)] | None = Field(
        default=None, description="Scenario of the library; the room's own if absent."
    )
    seeds: int = Field(default=4, ge=1, le=SEEDS, description="Seeds of every policy in the fine answer.")
    seed: int | None = Field(default=None, ge=0, lt=2**63, description="First seed; the market's own if absent.")
    weeks: int | None = Field(default=None, ge=1, le=5200, description="Measured weeks; as in the market if absent.")
    detail: Literal["coarse", "fine"] = Field(default="fine", description="coarse: only the first, quick answer.")
    replaces: Annotated[str, Field(max_length=40)] | None = Field(
        default=None, description="Job to stop, as nobody waits for it any more."
    )


class Job(Wire):
    """A job as it stands. Its events are told by /api/jobs/{id}/events."""

    id: str
    state: State
    stage: Stage
    market: str
    policies: list[Policy]
    seeds: int
    weeks: int
    warmup: int
    coarse_weeks: int
    currency: str
    runs: int = Field(description="Runs of the stage.")
    runs_done: int
    problem: str | None = None
    problem_zh: str | None = Field(default=None, description="The same in Chinese.")
    events: int = Field(description="Events so far.")


class Market(Wire):
    """A market that policies are tried in."""

    name: str
    title_en: str
    title_zh: str
    about: str
    about_zh: str
    library: bool


class Card(Wire):
    """A preset: how the market is with it, as far as levers go."""

    name: str
    sight: list[str]
    values: dict[str, Value]


class Levers(Wire):
    """Levers of the room's market and the cards that fit it."""

    market: str
    currency: str
    levers: list[Lever]
    cards: list[Card]


class Board(Wire):
    """What the facilitator is working on: policies side by side, A first."""

    market: Annotated[str, Field(max_length=80)] | None = None
    policies: Annotated[list[Policy], Field(min_length=1, max_length=POLICIES)]
    seeds: int = Field(default=4, ge=1, le=SEEDS)
    weeks: int | None = Field(default=None, ge=1, le=5200)
    active: int = Field(default=0, ge=0, lt=POLICIES)


class Proposal(Wire):
    """What a participant proposes."""

    name: Label
    policy: Policy


class KeptProposal(Proposal):
    """A proposal with its number."""

    number: int


class Reveal(Wire):
    """Which job the big screen shows; none = a blank screen. ``metric`` is drawn week by week."""

    job: Annotated[str, Field(max_length=40)] | None
    metric: Annotated[str, Field(max_length=60)] = "channel_profit"


class Room(Wire):
    """The room as it stands."""

    market: str
    board: Board
    undo: int = Field(description="Steps that can be undone.")
    proposals: list[KeptProposal]
    revealed: Reveal
    jobs: list[str] = Field(description="The newest first.")
    ready: int = Field(description="Processes that can play at once.")
    guest: bool = Field(description="Whether you are a participant, who may look and propose.")
    join: str | None = Field(description="Address for participants; none where other devices cannot reach the page.")

"""The room: what the facilitator works on, what participants propose, and what the big screen shows."""

from collections.abc import Callable

from channellab.reports.workshop.jobs import Jobs
from channellab.reports.workshop.limits import HISTORY, PROPOSALS
from channellab.reports.workshop.log import Log
from channellab.reports.workshop.models import Board, JobRequest, KeptProposal, Policy, Proposal, Reveal
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE


class Room:
    """State shared by all browsers; every change is told in its log, so that all of them follow.

    Attributes:
        board: policies side by side. proposals: by number. revealed: what the big screen shows. log: its events.
    """

    def __init__(self) -> None:
        self.board = Board(policies=[Policy()])
        self.proposals: dict[int, KeptProposal] = {}
        self.revealed = Reveal(job=None)
        self.log = Log(2000)
        self._past: list[Board] = []
        self._number = 0

    @property
    def undo_steps(self) -> int:
        """Steps that can be undone."""
        return len(self._past)

    def put(self, board: Board, jobs: Jobs) -> None:
        """Another board; the one before can be had back.

        Raises:
            BadInput: a policy on it is not allowed.
        """
        if board == self.board:
            return
        jobs.prepare(JobRequest(policies=board.policies, market=board.market, seeds=board.seeds, weeks=board.weeks))
        self._past = [*self._past[-(HISTORY - 1) :], self.board]
        self._set(board)

    def undo(self) -> None:
        """The board as it was before, if there was one."""
        if self._past:
            self._set(self._past.pop())

    def propose(self, proposal: Proposal, jobs: Jobs) -> KeptProposal:
        """Keeps a participant's proposal.

        Raises:
            BadInput: the policy is not allowed, or there are as many as fit.
        """
        if len(self.proposals) >= PROPOSALS:
            raise BadInput("proposals", "", f"are {PROPOSALS} already, the facilitator has to take some away first")
        jobs.prepare(JobRequest(policies=[proposal.policy], market=self.board.market))
        self._number += 1
        kept = KeptProposal(number=self._number, **dict(proposal))
        self.proposals[kept.number] = kept
        self.log.append("proposals", {"count": len(self.proposals)})
        return kept

    def dismiss(self, number: int) -> bool:
        """Takes a proposal away; whether it was there."""
        there = self.proposals.pop(number, None) is not None
        if there:
            self.log.append("proposals", {"count": len(self.proposals)})
        return there

    def reveal(self, wanted: Reveal, find: Callable[[str], object]) -> None:
        """Shows a job on the big screen, or nothing.

        Raises:
            BadInput: there is no such job or metric.
        """
        if wanted.job is not None and find(wanted.job) is None:
            raise BadInput("reveal", "job", "is none of the room's jobs")
        if wanted.metric not in CATALOGUE:
            raise BadInput("reveal", "metric", f"is {wanted.metric!r}, which is no metric")
        self.revealed = wanted
        self.log.append("revealed", wanted.model_dump())

    def _set(self, board: Board) -> None:
        self.board = board
        self.log.append("board", {"undo": self.undo_steps})

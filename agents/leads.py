"""Leads: buyers on their way through a partner's pipeline, and what knowledge does to days and conversions."""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Table, state
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


class Origin(IntEnum):
    """How a lead arose."""

    SHOWROOM = 0
    MEDIA = 1
    KOL = 2
    REFERRAL = 3


class Outcome(IntEnum):
    """What became of a lead this week."""

    OPEN = 0
    WON = 1
    LOST = 2


@dataclass
class LeadColumns(Table):
    """The L open leads, one row each.

    Attributes:
        consumer, outlet, sku: (L,) who, where, and for which own SKU. origin: (L,) an `Origin`.
        week: (L,) week in which the lead arose, which its draws are keyed by.
        stage: (L,) the stage it is in; the number of stages once it is ready to order.
        created: (L,) day on which it arose, counted from the start of the warm-up. due: (L,) day of its next step.
    """

    consumer: Index = state()
    outlet: Index = state()
    sku: Index = state()
    origin: npt.NDArray[np.int8] = state()
    week: Index = state()
    stage: Index = state()
    created: Floats = state()
    due: Floats = state()

    @classmethod
    def none(cls) -> "LeadColumns":
        """No leads."""
        ints, days = np.empty(0, np.int32), np.empty(0)
        return cls(ints, ints, ints, np.empty(0, np.int8), ints, ints, days, days)

    @property
    def count(self) -> int:
        """Number of open leads."""
        return int(self.consumer.size)

    def kept(self, rows: Flags) -> "LeadColumns":
        """The leads of some rows."""
        return LeadColumns(*(getattr(self, column.name)[rows] for column in fields(self)))

    def joined(self, others: "LeadColumns") -> "LeadColumns":
        """These leads and others behind them."""
        both = (np.concatenate([getattr(leads, column.name) for leads in (self, others)]) for column in fields(self))
        return LeadColumns(*both)


class Pipeline(NamedTuple):
    """The stages of a pipeline, (S,) each, and what partners make of them; see the scenario's ``leads``.

    ``capacity`` is the number of leads a partner can handle in a week, -1 = no limit.
    """

    days: Floats
    conversion: Floats
    speed_gain: float
    conversion_gain: float
    capacity: int
    stock_out_loss: float


class Counter(NamedTuple):
    """Where orders are signed: the outlets' part in the pipeline.

    Attributes:
        knowledge: (O,) 0..1. there: (O,) False where the outlet has left.
        restocked: (O, K0) True where a SKU will be on the shelf again.
        free: (O, K0) own units that nobody waits for, written in place.
    """

    knowledge: Floats
    there: Flags
    restocked: Flags
    free: Ints


def stage_days(days: Floats, knowledge: Floats, gain: float) -> Floats:
    """Days that a stage takes: knowledge saves up to the share ``gain`` of them."""
    return days * (1.0 - gain * knowledge)


def stage_conversion(conversion: Floats, knowledge: Floats, gain: float) -> Floats:
    """Share of leads brought through a stage: ``conversion`` to the power of 1 less ``gain`` times knowledge."""
    return np.asarray(conversion ** (1.0 - gain * knowledge))


class Expected(NamedTuple):
    """What a pipeline comes to where goods are never short and nobody is too busy."""

    conversion: float
    days: float


def expected(pipeline: Pipeline, knowledge: float) -> Expected:
    """Share of leads won and days from contact to order: the product of the conversions, the sum of the days."""
    known = np.full(pipeline.days.shape, knowledge)
    return Expected(
        conversion=float(stage_conversion(pipeline.conversion, known, pipeline.conversion_gain).prod()),
        days=float(stage_days(pipeline.days, known, pipeline.speed_gain).sum()),
    )

"""State as data: what changes in a market, as named arrays, and back.

The world follows from scenario and seed, so only the saved columns are kept, with the books, open invoices, goods on
the move and the record. SimPy processes are rebuilt from their rows. Nothing is pickled.
"""

import json
import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Firm
from channellab.agents.leads import LeadColumns
from channellab.scenarios.errors import BadInput
from channellab.scenarios.identity import resolve, scenario_hash
from channellab.scenarios.keys import frozen
from channellab.scenarios.settings import Scenario
from channellab.sim import customers, rebate_accounts, returns
from channellab.sim.cases import Case
from channellab.sim.chain import TIERS
from channellab.sim.disputes import Dispute
from channellab.sim.goods import GoodsBook
from channellab.sim.logistics import Batch, Logistics
from channellab.sim.queues import Away, Load
from channellab.sim.shipments import Shipment
from channellab.sim.supply import connect, layouts_in_force

if TYPE_CHECKING:
    from channellab.sim.market import Market

Arrays = dict[str, npt.NDArray[Any]]
STATE_VERSION = 5
FIRMS = (*TIERS, "manufacturers", "rivals", "kols")
TABLES = ("consumers", *FIRMS, "pricing", "partners", "development", "subsidies", "omni")
STEERED = ("policy", "layout", "timetable", "title", "about")
"""Parts of a scenario in which a fork may differ from its past, beside the number of weeks."""

INVOICED = ("buyer", "seller", "due", "amount")
"""Columns of open invoices."""
DISPUTE_COLUMNS = len(Case._fields) + len(fields(Dispute)) - 1
"""A dispute is saved as a row: its case first, the rest after it."""

CARGO = {"senders": np.int64, "receivers": np.int64, "arrives": np.float64, "units": np.int64, "value": np.float64}
"""Arrays of a shipment, and how they are saved."""


def dump(market: "Market") -> Arrays:
    """All that changes in a market, as copies."""
    arrays = {name: column.copy() for name, column in _columns(market)}
    arrays["week"] = np.array(market.week)
    arrays["terms_known"] = np.array(market.terms_known)
    arrays["ledger.cash"] = market.ledger.cash.copy()
    arrays["ledger.credit"] = np.array([market.ledger.lent, market.ledger.repaid])
    arrays |= {f"invoices.{name}": getattr(market.invoices, name) for name in INVOICED}
    arrays |= {f"leads.{name}": column.copy() for name, column in market.leads.open.state_columns()}
    arrays["showrooms.shown"] = market.showrooms.shown.copy()
    arrays["handovers.collects"] = market.handovers.collects.copy()
    arrays |= rebate_accounts.dump(market.rebates)
    arrays |= customers.dump(market.customers)
    arrays |= returns.dump(market.returns)
    arrays |= _moving(market.logistics)
    arrays["cases"] = _table([[*case] for case in market.grey.cases], len(Case._fields))
    arrays["disputes"] = _table([_line(dispute) for dispute in market.desk.open.values()], DISPUTE_COLUMNS)
    arrays |= _record(market)
    return arrays


def restore(market: "Market", arrays: Arrays) -> None:
    """Puts a dumped state into a market of the same scenario and seed; the arrays are copied.

    Raises:
        KeyError, ValueError: an array is missing or does not fit the market.
    """
    for name, column in _columns(market):
        if arrays[name].shape != column.shape:
            raise ValueError(f"{name} has shape {arrays[name].shape}, the market's is {column.shape}")
        column[...] = arrays[name]
    market.week = int(arrays["week"])
    market.steps = market.week
    market.terms_known = bool(arrays["terms_known"])
    connect(market, layouts_in_force(market))
    market.ledger.cash[:] = arrays["ledger.cash"]
    market.ledger.lent, market.ledger.repaid = arrays["ledger.credit"].tolist()
    market.invoices.reopen(*(arrays[f"invoices.{name}"] for name in INVOICED))
    names = [name for name, _ in market.leads.open.state_columns()]
    market.leads.open = LeadColumns(*(arrays[f"leads.{name}"].copy() for name in names))
    market.start_clock()
    market.showrooms.shown[:] = arrays["showrooms.shown"]
    market.handovers.collects = arrays["handovers.collects"].copy()
    rebate_accounts.restore(market.rebates, arrays)
    customers.restore(market.customers, arrays)
    returns.restore(market.returns, arrays)
    market.grey.cases = [_case(row) for row in arrays["cases"].tolist()]
    market.desk.resume([_dispute(row) for row in arrays["disputes"].tolist()])
    market.logistics.resume(*_rows(arrays))
    _recall(market, arrays)
    market.forget([firm for firm in market.agents if isinstance(firm, Firm) and _gone(firm)])


def _gone(firm: Firm) -> bool:
    """Whether a firm has left for good; a partner's online shop that is closed may open again."""
    return not firm.active and not getattr(firm, "dormant", False)


def write(path: Path, scenario: Scenario, seed: int, arrays: Arrays) -> None:
    """Writes a state to a file, whole or not at all. Raises BadInput where the file cannot be written."""
    identity = scenario_hash(scenario, Path())
    header = json.dumps(
        {"version": STATE_VERSION, "seed": seed, "scenario_hash": identity, "scenario": resolve(scenario)}
    )
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            np.savez_compressed(
                file, allow_pickle=False, **{"header": np.frombuffer(header.encode(), np.uint8), **arrays}
            )
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise BadInput(str(path), "", f"cannot be written: {error.strerror}") from None


def read(path: Path) -> tuple[Scenario, int, Arrays]:
    """Scenario, seed and state from a file. Raises BadInput where it is not one."""
    try:
        with zipfile.ZipFile(path) as file:
            arrays = {name.removesuffix(".npy"): _array(file, name) for name in file.namelist()}
        header = json.loads(arrays.pop("header").tobytes())
        version, seed = header["version"], int(header["seed"])
        if version != STATE_VERSION:
            raise BadInput(str(path), "version", f"is {version}, this program reads {STATE_VERSION}")
        scenario = Scenario.model_validate(frozen(header["scenario"]))
    except FileNotFoundError:
        raise BadInput(str(path), "", "does not exist") from None
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error):
        raise BadInput(str(path), "", "is not a saved market") from None
    if header.get("scenario_hash") != scenario_hash(scenario, Path()):
        raise BadInput(str(path), "", "was saved with other region tables than those on disk now")
    return scenario, seed, arrays


def _array(file: zipfile.ZipFile, name: str) -> npt.NDArray[Any]:
    with file.open(name) as part:
        array: npt.NDArray[Any] = np.lib.format.read_array(part, allow_pickle=False)
        return array


def check_fork(past: Scenario, future: Scenario) -> None:
    """Raises BadInput where a fork changes more than policy, layout, timetable and length."""
    for name in type(past).model_fields:
        before, after = getattr(past, name), getattr(future, name)
        if name == "run":
            after = after.model_copy(update={"weeks": before.weeks})
        if name not in STEERED and before != after:
            raise BadInput("fork", name, f"differs from the past, allowed are changes of {', '.join(STEERED[:3])}")


def _columns(market: "Market") -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for table in TABLES:
        for name, column in getattr(market, table).state_columns():
            yield f"{table}.{name}", column
    for tier, book in market.books.items():
        for field in fields(GoodsBook):
            yield f"books.{tier}.{field.name}", getattr(book, field.name)
    for buyers, rate in market.order_discounts.rate.items():
        yield f"order_discounts.{buyers}", rate


def _moving(logistics: Logistics) -> Arrays:
    """Goods on the move, one row a process in the order in which they were started, and their cargo end to end."""
    loads, batches = list(logistics.queues.loads.values()), list(logistics.batches.values())
    shipments = [*logistics.shipments, *(load.shipment for load in loads)]
    rows = [[s.seller, s.buyer, s.first_sku, s.decided, s.departed, s.grey, *s.units.shape] for s in shipments]
    empty = np.empty(0)
    return {
        "shipments.rows": _text(rows),
        **{
            f"shipments.{name}": np.concatenate([empty.astype(kind), *(getattr(s, name).ravel() for s in shipments)])
            for name, kind in CARGO.items()
        },
        "loads.rows": _text([[load.lead_days, load.stage, load.until] for load in loads]),
        "trucks.rows": _text(list(logistics.queues.away.values())),
        "batches.plant": np.array([b.plant for b in batches], np.int64),
        "batches.ready": np.array([b.ready for b in batches], np.float64),
        "batches.units": np.concatenate([np.empty(0, np.int64), *(b.units for b in batches)]),
    }


def _table(rows: list[list[float]], columns: int) -> npt.NDArray[np.float64]:
    return np.array(rows, np.float64).reshape(-1, columns)


def _case(row: list[float]) -> Case:
    offender, victim, region, value, ends, week, guilty = row
    return Case(int(offender), int(victim), int(region), value, ends, int(week), bool(guilty))


def _line(dispute: Dispute) -> list[float]:
    case, *rest = (getattr(dispute, field.name) for field in fields(Dispute))
    return [*case, *rest]


def _dispute(row: list[float]) -> Dispute:
    filed, level, *rest = row[len(Case._fields) :]
    return Dispute(_case(row[: len(Case._fields)]), filed, int(level), *rest)


def _text(rows: list[Any]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(rows).encode(), np.uint8)


def _rows(arrays: Arrays) -> tuple[list[Shipment], list[Batch], list[Load], list[Away]]:
    shipments, read_so_far = [], dict.fromkeys(CARGO, 0)
    for *head, grey, receivers, skus in json.loads(arrays["shipments.rows"].tobytes()):
        cargo: dict[str, Any] = {"grey": grey}
        for name in CARGO:
            shape = (receivers, skus) if name in ("units", "value") else (receivers,)
            cells = slice(read_so_far[name], read_so_far[name] + math.prod(shape))
            read_so_far[name] = cells.stop
            cargo[name] = arrays[f"shipments.{name}"][cells].reshape(shape)
        shipments.append(Shipment(*head, **cargo))
    waiting, away = (json.loads(arrays[f"{name}.rows"].tobytes()) for name in ("loads", "trucks"))
    under_way = len(shipments) - len(waiting)
    loads = [Load(shipment, *row) for shipment, row in zip(shipments[under_way:], waiting, strict=True)]
    plants = arrays["batches.plant"]
    made = list(arrays["batches.units"].reshape(plants.size, -1)) if plants.size else []
    ready = arrays["batches.ready"]
    batches = [Batch(int(p), float(r), units) for p, r, units in zip(plants, ready, made, strict=True)]
    return shipments[:under_way], batches, loads, [(tier, row, back) for tier, row, back in away]


def _record(market: "Market") -> Arrays:
    kept = market.record
    arrays = {f"record.numbers.{name}": np.array(values) for name, values in kept.numbers.items()}
    for field in fields(kept):
        value = getattr(kept, field.name)
        if isinstance(value, list):
            arrays[f"record.{field.name}"] = np.array(value)
        elif isinstance(value, np.ndarray):
            arrays[f"record.{field.name}"] = value.copy()
    arrays |= {f"record.moments.{name}": values.copy() for name, values in kept.moments.items()}
    arrays["record.gaps"] = np.array([kept.money_imbalance, kept.goods_imbalance])
    return arrays


def _recall(market: "Market", arrays: Arrays) -> None:
    kept = market.record
    prefix = "record.numbers."
    kept.numbers = {name.removeprefix(prefix): v.tolist() for name, v in arrays.items() if name.startswith(prefix)}
    for field in fields(kept):
        value = getattr(kept, field.name)
        if isinstance(value, list):
            setattr(kept, field.name, list(arrays[f"record.{field.name}"]))
        elif isinstance(value, np.ndarray):
            setattr(kept, field.name, arrays[f"record.{field.name}"].copy())
    kept.moments = {name: arrays[f"record.moments.{name}"].copy() for name in kept.moments}
    money, goods = arrays["record.gaps"].tolist()
    kept.money_imbalance, kept.goods_imbalance = money, int(goods)

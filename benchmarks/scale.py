"""Is the market a scale model? The one-tier market against four times the consumers and outlets, or consumers only.

Prints the table of docs/scale.md: python benchmarks/scale.py [--seeds 4] [--weeks 104] [--workers 2]
"""

import argparse

import pandas as pd

from channellab.experiments.replicate import run, summarise
from channellab.scenarios.files import Loaded, load

TIMES = 4
MEASURES = ("profit_per_consumer", "fill_rate", "weeks_of_cover", "bullwhip_ratio")
TOLERANCE = 0.05


def enlarged(overrides: tuple[str, ...] = (), *, outlets: bool) -> list[str]:
    """Overrides that multiply the consumers by `TIMES`, with all that is declared per firm at the market's scale.

    Args:
        overrides: of the smaller market.
        outlets: also multiply the candidate sites.
    """
    small = load("one-tier", overrides).scenario
    plants = ", ".join(
        f'{{region="{plant.region}", capacity={TIMES * plant.capacity}}}' for plant in small.manufacturer.plants
    )
    return [
        *overrides,
        f"consumers.count={TIMES * small.consumers.count}",
        f"network.sites_per_district={(TIMES if outlets else 1) * small.network.sites_per_district}",
        f"manufacturer.fixed_cost={TIMES * small.manufacturer.fixed_cost}",
        f"manufacturer.plants=[{plants}]",
        f"distributors.fixed_cost={TIMES * small.distributors.fixed_cost}",
    ]


def measured(loaded: Loaded, seeds: int, weeks: int, workers: int) -> pd.DataFrame:
    """One row a seed, one column a metric, and profit per consumer and year."""
    table = run(loaded, replications=seeds, weeks=weeks, workers=workers).replications
    return table.assign(profit_per_consumer=table["channel_profit"] / loaded.scenario.consumers.count)


def changes(small: pd.DataFrame, large: pd.DataFrame) -> dict[str, dict[str, object]]:
    """By measure the relative change from the smaller market, paired by seed: mean and 95 % interval."""
    return {name: summarise((large[name] / small[name] - 1).tolist()) for name in MEASURES}


def compare(
    seeds: int, weeks: int, workers: int, overrides: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The smaller market, four times both, and four times the consumers with the same outlets."""
    scenarios = (overrides, enlarged(overrides, outlets=True), enlarged(overrides, outlets=False))
    small, both, consumers = (measured(load("one-tier", each), seeds, weeks, workers) for each in scenarios)
    return small, both, consumers


def show(small: pd.DataFrame, both: pd.DataFrame, consumers: pd.DataFrame) -> str:
    """The table as Markdown."""
    lines = [
        "| measure | one-tier | 4x consumers and outlets | change | 4x consumers, same outlets | change |",
        "|---|---|---|---|---|---|",
    ]
    together, alone = changes(small, both), changes(small, consumers)
    for name in MEASURES:
        figures = (small[name].mean(), both[name].mean(), together[name], consumers[name].mean(), alone[name])
        lines.append(f"| {name} | " + " | ".join(_shown(figure) for figure in figures) + " |")
    return "\n".join(lines)


def _shown(figure: object) -> str:
    if not isinstance(figure, dict):
        return f"{figure:.4g}"
    low, high = figure["ci95"] or (float("nan"), float("nan"))
    return f"{figure['mean']:+.1%} ({low:+.1%} to {high:+.1%})"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4, help="replications of each market, at least 2")
    parser.add_argument("--weeks", type=int, default=104, help="measured weeks")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    chosen = parser.parse_args()
    print(show(*compare(chosen.seeds, chosen.weeks, chosen.workers)))


if __name__ == "__main__":
    main()

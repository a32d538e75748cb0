"""What a metric is."""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["up", "down", "none"]
Group = Literal["money", "sales", "coverage", "consumers", "goods", "partners"]


@dataclass(frozen=True)
class Metric:
    """One figure of a result: ``unit`` is ``"1"`` for rates; ``direction`` is where the brand wants it to go."""

    name: str
    unit: str
    direction: Direction
    definition: str
    title_en: str
    title_zh: str
    group: Group

    @property
    def scales(self) -> bool:
        """Whether it is multiplied by the reporting factor: what is per buyer is as it was."""
        return self.unit.split("/")[0] in ("money", "units", "leads") and not self.unit.endswith("/buyer")

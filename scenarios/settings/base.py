"""What all settings share: frozen, strict, no unknown keys, and fields that carry their unit and source."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Base of every table in a scenario file.

    Terms and calendars are looked up by their settings, every week and for every group. A policy is some hundred
    values, so that its hash is worked out once and kept; in a slot, since it must be neither compared nor pickled:
    another process hashes texts differently.
    """

    __slots__ = ("_hash",)

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def __hash__(self) -> int:
        known: int | None = getattr(self, "_hash", None)
        if known is None:
            known = hash(tuple(self.__dict__[name] for name in type(self).model_fields))
            object.__setattr__(self, "_hash", known)
        return known


def setting(default: Any, meaning: str, *, unit: str = "", source: str = "assumption", **bounds: Any) -> Any:
    """A field of a scenario with everything a reader needs to judge it.

    Args:
        default: value used where a scenario is silent.
        meaning: one sentence, as people read it in ``scenarios show`` and in the docs.
        unit: unit of the value; empty for names and pure numbers.
        source: where the default comes from; ``"assumption"`` where it was chosen to be plausible.
        **bounds: ``ge``, ``gt``, ``le``, ``lt``, ``min_length``, ``max_length`` as pydantic knows them.
    """
    return Field(default=default, description=meaning, json_schema_extra={"unit": unit, "source": source}, **bounds)


def table(kind: type[BaseModel], meaning: str) -> Any:
    """A nested table with its defaults."""
    return Field(default_factory=kind, description=meaning)

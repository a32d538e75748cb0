"""The schema of a scenario: one file per subject, every field with unit, bounds, default, meaning and source."""

from channellab.scenarios.settings.scenario import SCHEMA_VERSION, Scenario

__all__ = ["SCHEMA_VERSION", "Scenario"]

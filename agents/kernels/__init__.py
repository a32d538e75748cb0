"""Compiled loops over many: arrays in, arrays out, no market in sight."""

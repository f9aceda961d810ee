"""Deciding what a phone and somebody else made of the same record."""

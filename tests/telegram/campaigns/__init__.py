"""Campaigns against delivery: small ones run with the tests, full ones by `make campaign-…` (docs/delivery.md)."""

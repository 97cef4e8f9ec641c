"""Provinces, cities, counties and towns of the country: data with its date, and the lookup over it."""

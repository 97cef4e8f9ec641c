"""Both sides at once."""

from tests.bot.desk.both_sides import settings, sides

__all__ = ["settings", "sides"]

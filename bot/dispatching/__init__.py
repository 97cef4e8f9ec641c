"""The one sender: takes what is to be sent from the tables, lane by lane, and hands it to the channels."""

from bot.dispatching.line import Line
from bot.dispatching.pace import Pace
from bot.dispatching.sender import Sender

__all__ = ["Line", "Pace", "Sender"]

"""What a message means: `understand(text, asking, today)`. Small, deterministic, and it explains itself."""

from dialogs.understanding.decide import load, understand
from dialogs.understanding.outcome import Because, Intent, Understanding

__all__ = ["Because", "Intent", "Understanding", "load", "understand"]

"""Telegram: updates come in by webhook or polling, become turns in one transaction, and answers leave by the sender."""

from dialogs.left_out import without

with without("httpx._main"):  # httpx's command line brings a terminal library, 30 ms to load; nobody calls it here
    import telegram  # noqa: F401 - loaded here once for this folder

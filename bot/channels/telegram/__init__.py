"""Telegram: updates come in by webhook or polling, become turns in one transaction, and answers leave by the sender."""

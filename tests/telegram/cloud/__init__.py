"""A stand-in for Telegram's cloud as a process of its own: the Bot API on loopback, and people who write to the bot.

    python -m tests.telegram.cloud --token 1000:TEST …

It says no where Telegram says no (lengths, buttons, unknown chats, two pollers, a webhook and a poller), keeps every
update until it is acknowledged, and brings it again otherwise. `/control/…` is the people's side and the faults'.
"""

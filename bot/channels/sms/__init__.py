"""短信: for 办结通知 and as the last way to somebody; and the codes that prove a number. See docs/sms-gateway.md."""

from bot.channels.sms.channel import SmsChannel

__all__ = ["SmsChannel"]

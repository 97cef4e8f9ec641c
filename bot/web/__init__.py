"""网页聊天: the chat page, its protocol (docs/protocol.md), and the addresses operators ask."""

"""坐席: the chats that asked for a person."""

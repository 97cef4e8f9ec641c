"""Others' programs beside ours: a Bot API server and a client, each installed beside the environment."""

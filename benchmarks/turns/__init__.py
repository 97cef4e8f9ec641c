"""Durable web-chat turns a second, beside a bare echo and a ConversationHandler, in one run. `make bench-turns`."""

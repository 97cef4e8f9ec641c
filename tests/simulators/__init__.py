"""People who do not exist, and programs that behave like them, over the real HTTP boundary."""

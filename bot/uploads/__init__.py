"""材料接收: a file is streamed in sealed, looked at in a bounded process, and kept sealed and clean.

Nothing is imported here: what the bounded process loads of this room is what it needs (`worker`, `look`), no settings.
"""

"""拍照代替打字: pictures of cards and proofs are read in a process of their own, and become proposals and hints.

Pure parsing: `rows`, `numbers`, `card`, `cards`, `permits`, `papers`. The engine (an optional extra): `eye`, `look`.
The process and its keeper: `worker`. The queue between the chat and the worker: `reader`.
"""

"""A request that cannot be taken: a status and one kind sentence in Chinese; it changes nothing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from aiohttp import web

from dialogs.yaml_files import read_yaml


class Problem(Exception):
    """`code` is an entry of `bot/texts/web.yaml`; `details` fill its sentence."""

    def __init__(self, status: int, code: str, **details: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.details = status, code, details

    def response(self) -> web.Response:
        """The answer: `{"problem": "…"}`."""
        return problem_response(self.status, self.code, **self.details)


@cache
def sentences() -> dict[str, str]:
    """Every sentence of `web.yaml`, by code."""
    return dict(read_yaml(files("bot").joinpath("texts/web.yaml")))


def problem_response(status: int, code: str, **details: Any) -> web.Response:
    """`{"problem": "…"}` with a status; a busy or starting service also says when to come back."""
    body = msgspec.json.encode({"problem": sentences()[code].format(**details)})
    headers = {"Retry-After": "5"} if status in (429, 503) else None
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)

"""A browser without scripts: it reads pages, keeps cookies, and presses forms as they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import aiohttp


@dataclass
class Form:
    """A form of the page: its address and what it would send as it stands."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)

    def value(self, name: str) -> str:
        """The value of a field as it stands; empty where there is none."""
        return next((value for n, value in self.fields if n == name), "")


class Page(HTMLParser):
    """What a clerk would see: texts and forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text = ""
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._form: Form | None = None
        self._area: list[str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down the tag."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        if self._form is None:
            return
        if (
            tag == "input"
            and given.get("name")
            and (given.get("type") not in ("radio", "checkbox") or "checked" in given)
        ):
            self._form.fields.append((given["name"], given.get("value", "")))
        if tag == "textarea":
            self._area = [given.get("name", ""), ""]
        if tag == "button" and "disabled" not in given and given.get("name"):
            self._form.buttons.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Close forms and text areas."""
        if tag == "form":
            self._form = None
        if tag == "textarea" and self._area is not None:
            if self._form is not None:
                self._form.fields.append((self._area[0], self._area[1]))
            self._area = None

    def handle_data(self, data: str) -> None:
        """Words."""
        self.text += data
        if self._area is not None:
            self._area[1] += data

    def form(self, ending: str, **holds: str) -> Form:
        """The first form whose address ends like this and that holds these values."""
        return next(
            form
            for form in self.forms
            if form.action.endswith(ending) and all(form.value(name) == value for name, value in holds.items())
        )

    def has_form(self, ending: str) -> bool:
        """Whether there is such a form."""
        return any(form.action.endswith(ending) for form in self.forms)


class Browser:
    """One clerk's browser."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.status, self.path, self.html, self.page = 0, "", "", Page("")
        self.headers: dict[str, str] = {}
        self.body = b""

    async def close(self) -> None:
        """Close it."""
        await self.http.close()

    async def go(self, path: str, *, follow: bool = True, headers: dict[str, str] | None = None) -> Page:
        """Open a page."""
        async with self.http.get(self.base + path, allow_redirects=follow, headers=headers) as answer:
            return await self._keep(answer)

    async def head_of(self, path: str) -> int:
        """Open a page that never ends, and leave it: only the status."""
        async with self.http.get(self.base + path, allow_redirects=False) as answer:
            return answer.status

    async def send(
        self, path: str, fields: list[tuple[str, str]], *, follow: bool = True, headers: dict[str, str] | None = None
    ) -> Page:
        """Post fields as they are."""
        body = aiohttp.FormData(fields, default_to_multipart=False)
        async with self.http.post(self.base + path, data=body, allow_redirects=follow, headers=headers) as answer:
            return await self._keep(answer)

    async def press(self, form: Form, *, follow: bool = True, part: bool = False, **changed: str | list[str]) -> Page:
        """Press a form with some fields filled differently; a list sends a field several times."""
        fields = [(name, value) for name, value in form.fields if name not in changed]
        for name, value in changed.items():
            fields += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return await self.send(form.action, fields, follow=follow, headers={"HX-Request": "true"} if part else None)

    async def sign_in(self, login: str, password: str) -> Page:
        """Through the login page."""
        page = await self.go("/desk/login")
        return await self.press(page.form("/desk/login"), login=login, password=password)

    async def _keep(self, answer: aiohttp.ClientResponse) -> Page:
        self.status, self.path, self.headers = answer.status, answer.url.path, dict(answer.headers)
        body = await answer.read()
        self.body, self.html = body, body.decode("utf-8", "replace")
        self.page = Page(self.html)
        return self.page

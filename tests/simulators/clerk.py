"""A clerk with a browser but no eyes: reads the desk's own pages and presses their forms, over real HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import aiohttp

_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


@dataclass
class Form:
    """One form of a page: where it goes, what it would send untouched, and what may be chosen."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, list[str]] = field(default_factory=dict)  #: radio and checkbox values on offer
    buttons: list[tuple[str, str]] = field(default_factory=list)  #: (name, value) of the buttons one can press


class Forms(HTMLParser):
    """Every form of a page, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[Form] = []
        self._inside = False
        self._area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what a form holds."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.all.append(Form(said.get("action", "")))
            self._inside = True
        elif not self._inside:
            return
        elif tag == "input":
            self._input(said)
        elif tag == "textarea":
            self._area = said.get("name", "")
            self.all[-1].fields[self._area] = ""
        elif tag == "button" and "disabled" not in said:
            self.all[-1].buttons.append((said.get("name", ""), said.get("value", "")))

    def _input(self, said: dict[str, str]) -> None:
        name, form = said.get("name", ""), self.all[-1]
        if said.get("type") in ("radio", "checkbox"):
            form.boxes.setdefault(name, []).append(said.get("value", "on"))
            if "checked" in said:
                form.fields[name] = said.get("value", "on")
        elif name:
            form.fields[name] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a form or a text area."""
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        """What stands in a text area."""
        if self._inside and self._area is not None:
            self.all[-1].fields[self._area] += data


class Clerk:
    """One official at the desk."""

    def __init__(self, base: str, login: str, password: str) -> None:
        self.base, self.login, self.password = base, login, password
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.page, self.status, self.at = "", 0, ""
        self._forms: list[Form] | None = None

    async def __aenter__(self) -> Clerk:
        await self.open("/desk/login")
        await self.press("/desk/login", login=self.login, password=self.password)
        assert 'name="password"' not in self.page, f"{self.login} could not log in"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def open(self, path: str) -> str:
        """Open a page of the desk."""
        async with self.http.get(self.base + path) as answer:
            return await self._keep(answer)

    async def _keep(self, answer: aiohttp.ClientResponse) -> str:
        self.page, self.status, self.at = await answer.text(), answer.status, answer.url.path
        self._forms = None
        return self.page

    def forms(self) -> list[Form]:
        """Every form of this page, in order; it is read when somebody looks for one, and once."""
        if self._forms is None:
            self._forms = Forms("".join(_FORM.findall(self.page))).all
        return self._forms

    def form(self, ending: str, **holding: str) -> Form | None:
        """The first form of this page whose address ends so and whose fields hold these values."""
        for form in self.forms():
            if form.action.endswith(ending) and all(form.fields.get(n) == v for n, v in holding.items()):
                return form
        return None

    async def press(self, ending: str, *, holding: dict[str, str] | None = None, **values: str | list[str]) -> str:
        """Fill and send a form of this page. Refused pages are returned like others (`status` tells)."""
        form = self.form(ending, **(holding or {}))
        assert form is not None, f"no form …{ending} on {self.at}"
        sent = [(name, value) for name, value in form.fields.items() if name not in values]
        for name, value in values.items():
            sent += [(name, one) for one in (value if isinstance(value, list) else [value])]
        headers = {"Origin": self.base}
        async with self.http.post(self.base + form.action, data=sent, headers=headers) as answer:
            return await self._keep(answer)

    async def _back_to(self, page: str) -> None:
        """Look at this page, unless it is what the last press led to."""
        if self.at != page:
            await self.open(page)

    async def take_next(self, office: str) -> bool:
        """「下一件」 of an office; False when nothing waits there."""
        await self.open(f"/desk?office={office}")
        if self.form("/desk/next") is None:
            return False
        await self.press("/desk/next")
        return "/desk/cases/" in self.at

    async def judge(self, *, unmet: tuple[str, ...] = (), note: str = "") -> None:
        """Judge the whole sheet of the open case: these items 不符 with the first fitting reason, the rest 符合."""
        case = self.at
        for item in unmet:
            form = self.form("/verdicts", item=item)
            assert form is not None, f"{item} is not open on {case}"
            reason = next(r for r in form.boxes["reason"])
            await self.press("/verdicts", holding={"item": item}, met="no", reason=reason, note=note)
            await self._back_to(case)
        if self.form("/rest") is not None:
            await self.press("/rest")
            await self._back_to(case)

    def open_items(self) -> list[str]:
        """The items of this case that may be judged now."""
        return [form.fields["item"] for form in self.forms() if form.action.endswith("/verdicts")]

    async def act(self, act: str, opinion: str = "", **values: str) -> str:
        """Do one act on the open case, through the preview where the desk shows one."""
        await self.press("/acts", act=act, opinion=opinion, **values)
        if self.form("/acts", seen="yes") is not None:
            await self.press("/acts", holding={"seen": "yes"})
        return self.page

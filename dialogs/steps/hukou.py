"""常住户口: province, county, the rest of the address."""

from __future__ import annotations

from typing import Any

from dialogs import aside, cities, labels
from dialogs.readers import Problem, Unclear, hukou
from dialogs.scene import Scene
from dialogs.steps.step import Step
from dialogs.turn import Choice, Overlay
from state_machine.codes import Field
from state_machine.interview import InterviewState

#: Offered as buttons because most applicants come from there; any province may be typed.
NEAR = (
    "浙江省", "贵州省", "云南省", "四川省", "江西省", "安徽省", "河南省", "湖南省", "湖北省",
    "福建省", "广西壮族自治区", "重庆市",
)  # fmt: skip


class HukouProvince(Step):
    """Province of the 户口."""

    state = InterviewState.HUKOU_PROVINCE
    field = Field.HUKOU_PROVINCE
    takes_any_value = True
    options = NEAR

    def told_besides(self, scene: Scene, text: str, value: Any) -> dict[str, Any]:
        """Somebody who names the county has named the province with it."""
        county = hukou.read_county(text, scene.heard.today, province=value)
        if isinstance(county, Unclear) or _lies_elsewhere(scene, county, value):
            return {}
        return {Field.HUKOU_COUNTY.value: county}

    def kept(self, scene: Scene, value: Any) -> None:
        """上饶: the province is the answer, and the county is asked for inside that city.

        A county told before its province, and lying in another one, is asked again.
        """
        remember_city(scene, cities.named_alone(scene.heard.text or "", value) or city_told(scene), value)
        self._ask_which(scene, value)
        county = scene.record.answers.get(Field.HUKOU_COUNTY)
        if county is not None and _lies_elsewhere(scene, county, value):
            del scene.record.answers[Field.HUKOU_COUNTY]

    @staticmethod
    def _ask_which(scene: Scene, province: str) -> None:
        """河北的新华区: the province is told, and which of its two 新华区 is asked at once."""
        told = hukou.read_county(scene.heard.text or "", scene.heard.today, province=province)
        options = told.details.get("options", ()) if isinstance(told, Unclear) else ()
        inside = [{k: o[k] for k in ("province", "city", "county")} for o in options if o["province"] == province]
        if len(inside) > 1 and len({option["county"] for option in inside}) == 1:
            scene.overlay(Overlay.CHOOSE_PLACE, options=inside)


class HukouCounty(Step):
    """County of the 户口. Never inferred from the ID number."""

    state = InterviewState.HUKOU_COUNTY
    field = Field.HUKOU_COUNTY
    takes_any_value = True

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """The counties of the city that was named for the province; none otherwise, there are too many."""
        city, province = city_told(scene), scene.record.answers.get(Field.HUKOU_PROVINCE)
        return tuple(Choice(name, name) for name in cities.counties_of(city, province)) if city and province else ()

    def wording(self, scene: Scene, kind: str) -> str:
        """Within the city that was named already."""
        if kind == "ask" and (city := city_told(scene)):
            return scene.text("place.in_city", city=city)
        return super().wording(scene, kind)

    def read(self, scene: Scene, text: str) -> Any | Unclear:
        """Read inside the province told before, and inside the city: there are several 新华区."""
        province = scene.record.answers.get(Field.HUKOU_PROVINCE)
        found = hukou.read_county(text, scene.heard.today, province=province)
        if isinstance(found, Unclear) and found.problem in (Problem.AMBIGUOUS_PLACE, Problem.UNKNOWN_PLACE):
            meant = [choice.value for choice in self.choices(scene) if choice.value[:2] in text]
            return meant[0] if len(meant) == 1 else found
        return found

    def objection(self, scene: Scene, value: Any) -> Unclear | None:
        """A county of another province."""
        again = self.read(scene, str(value))
        return again if isinstance(again, Unclear) and again.problem is Problem.WRONG_PROVINCE else None

    def kept(self, scene: Scene, value: Any) -> None:
        """江苏省 has two 鼓楼区: which one it is stays remembered, for the address."""
        province = str(scene.record.answers.get(Field.HUKOU_PROVINCE, ""))
        remember_city(scene, cities.named_with(scene.heard.text or "", value, province) or city_told(scene), province)


class HukouAddress(Step):
    """The rest of the address."""

    state = InterviewState.HUKOU_ADDRESS
    field = Field.HUKOU_ADDRESS

    def completed(self, scene: Scene, value: Any) -> Any:
        """With the city in front where the county has a namesake: 附件 1 has no other place for it."""
        answers = scene.record.answers
        province, county = (str(answers.get(f, "")) for f in (Field.HUKOU_PROVINCE, Field.HUKOU_COUNTY))
        places = (scene.heard.text or "", city_told(scene), str(answers.get(self.field, "")))
        for told in places:
            for city in cities.of_namesakes(county, province):
                if city and city in told:
                    return value if str(value).startswith(city) else f"{city}{value}"
        return value


def city_told(scene: Scene) -> str:
    """The city the 户口 lies in, as far as it was named; empty otherwise."""
    told = aside.of(scene.conversation, scene.record, InterviewState.HUKOU_COUNTY)
    return told if isinstance(told, str) else ""


def remember_city(scene: Scene, city: str, province: str) -> None:
    """A city with several counties, in that province; anything else is forgotten.

    Another city than before: an address that begins with the old one is asked again.
    """
    is_useful = len(cities.counties_of(city, province)) > 1
    before, answers = city_told(scene), scene.record.answers
    if is_useful and before != city and before and str(answers.get(Field.HUKOU_ADDRESS, "")).startswith(before):
        del answers[Field.HUKOU_ADDRESS]
        scene.say("change.again", fields=labels.label_of(Field.HUKOU_ADDRESS))
    aside.put(scene.conversation, scene.record, InterviewState.HUKOU_COUNTY, city if is_useful else "")


def _lies_elsewhere(scene: Scene, county: str, province: str) -> bool:
    again = hukou.read_county(county, scene.heard.today, province=province)
    return isinstance(again, Unclear) and again.problem is Problem.WRONG_PROVINCE

"""常住户口: province, county, the rest of the address."""

from __future__ import annotations

from typing import Any

from dialogs.readers import Problem, Unclear, hukou
from dialogs.scene import Scene
from dialogs.steps.step import Step
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
        return {} if isinstance(county, Unclear) else {Field.HUKOU_COUNTY.value: county}


class HukouCounty(Step):
    """County of the 户口. Never inferred from the ID number."""

    state = InterviewState.HUKOU_COUNTY
    field = Field.HUKOU_COUNTY
    takes_any_value = True

    def read(self, scene: Scene, text: str) -> Any | Unclear:
        """Read inside the province told before: there are several 新华区."""
        province = scene.record.answers.get(Field.HUKOU_PROVINCE)
        return hukou.read_county(text, scene.heard.today, province=province)

    def objection(self, scene: Scene, value: Any) -> Unclear | None:
        """A county of another province."""
        again = self.read(scene, str(value))
        return again if isinstance(again, Unclear) and again.problem is Problem.WRONG_PROVINCE else None


class HukouAddress(Step):
    """The rest of the address."""

    state = InterviewState.HUKOU_ADDRESS
    field = Field.HUKOU_ADDRESS

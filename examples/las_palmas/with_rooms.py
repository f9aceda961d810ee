"""Add a made-up list of vacant rooms to Las Palmas, so that there is something to plan with.

The rooms are invented (seeded, the same every time): nobody has surveyed vacant rooms there, and the list says so in
every row. It is written beside a copy of the declaration, into a folder of your own:

    python examples/las_palmas/with_rooms.py out/las_palmas_rooms
    linli improve out/las_palmas_rooms/linli.yaml -o out/las_palmas_plan
"""

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml

from linli.pipeline import load_rules, read_config
from linli.survey import read_survey

HERE = Path(__file__).parent
ROOMS = 400
SEED = 20230221
OWNERS = {"government": 0.45, "state_company": 0.25, "collective": 0.1, "private": 0.2}
INVENTED = "虚构用房 invented room"


def draw_rooms(buildings: gpd.GeoDataFrame, count: int, seed: int) -> pd.DataFrame:
    """Put rooms on the ground floors of houses, evenly over the residential buildings.

    Parameters
    ----------
    buildings
        Residential buildings, in degrees.
    count
        How many rooms, at most one a building.
    seed
        Another seed makes another list.

    Returns
    -------
    DataFrame
        A table as a street would fill it in, with longitude and latitude.
    """
    rng = np.random.default_rng(seed)
    homes = buildings.sort_values("building_id").reset_index(drop=True)
    rows = np.sort(rng.choice(len(homes), size=min(count, len(homes)), replace=False))
    points = homes.geometry.iloc[rows].representative_point()
    area = np.clip(rng.lognormal(np.log(160.0), 0.7, len(rows)), 25, 1500).round()
    return pd.DataFrame(
        {
            "room_id": [f"LP{number:04d}" for number in range(1, len(rows) + 1)],
            "name": INVENTED,
            "floor_area_m2": area.astype(int),
            "storey": rng.choice([1, 1, 1, 1, 2], len(rows)),
            "own_entrance": rng.choice(["yes", "yes", "no"], len(rows)),
            "owner_kind": rng.choice(list(OWNERS), len(rows), p=list(OWNERS.values())),
            "term_years": rng.choice([5, 10, 20], len(rows)),
            "lon": points.x.round(6).to_numpy(),
            "lat": points.y.round(6).to_numpy(),
        }
    )


def with_rooms(out: Path) -> Path:
    """Write the list and a declaration that names it; return the declaration.

    Parameters
    ----------
    out
        Folder to write to, made if it is not there.
    """
    config = read_config(HERE / "linli.yaml")
    survey = read_survey(config, HERE, load_rules(config, HERE)).survey
    out.mkdir(parents=True, exist_ok=True)
    draw_rooms(survey.layers["buildings"], ROOMS, SEED).to_csv(out / "rooms.csv", index=False, encoding="utf-8-sig")
    declared = yaml.safe_load((HERE / "linli.yaml").read_text(encoding="utf-8"))
    declared["area"] = str((HERE / declared["area"]).resolve())
    for source in declared["sources"]:
        source["file"] = str((HERE / source["file"]).resolve())
    declared["sources"].append({"file": "rooms.csv", "layer": "rooms", "datum": "wgs84"})
    # no money: nobody has set unit costs for this city, so the plan is in m² and counts
    declared["improve"] = {"max_projects": 60, "old_young_weight": 1.0, "gap": 0.001, "time_limit_s": 120}
    written = out / "linli.yaml"
    written.write_text(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return written


if __name__ == "__main__":
    print(with_rooms(Path(sys.argv[1] if len(sys.argv) > 1 else "out/las_palmas_rooms")))

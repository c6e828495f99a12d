"""All sessions of a server: the list is what the logs on the disk say, and nothing else."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import shutil
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from parsess_lab.agents.agent import Agent
from parsess_lab.errors import Conflict, InvalidRequest, NotFound, StorageFailed
from parsess_lab.events import now
from parsess_lab.log import Header, Log, Owner
from parsess_lab.log.lines import FORMAT
from parsess_lab.sessions.beginning import Choice, beginning
from parsess_lab.sessions.directories import admit
from parsess_lab.sessions.feed import Feed
from parsess_lab.sessions.ledger import Ledger
from parsess_lab.sessions.names import unique
from parsess_lab.sessions.places import Places
from parsess_lab.sessions.rules import Rules
from parsess_lab.sessions.session import Session
from parsess_lab.sessions.settings import EFFORT, MODEL, check_available, info_of
from parsess_lab.sessions.summary import Summary
from parsess_lab.sessions.surroundings import Surroundings

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

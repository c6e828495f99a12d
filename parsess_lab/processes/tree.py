"""All that came from one process, found by every trace it leaves, and ended within a second."""

from __future__ import annotations

import os
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress

import psutil

from parsess_lab.processes.environment import CHILD_MARK

GRACE = 0.35
"""Seconds between the friendly signals and KILL."""
DEADLINE = 0.9
"""Seconds after which ending gives up."""
_FRIENDLY = (signal.SIGHUP, signal.SIGTERM, signal.SIGCONT)  # a stopped process must wake to obey
_PAUSE = 0.01


class Tree:
    """A process started by us as leader of its own session, and all that came from it.

    Members are found by session, by descent and by the mark in their environment, so that ``setsid`` and
    double forks don't hide them. A process is held as a :class:`psutil.Process`, which knows its start time:
    a pid that was recycled is never taken for it.
    """

    def __init__(self, pid: int, mark: str) -> None:
        """``mark``: the value of ``CHILD_MARK`` in the environment it was started with."""
        self.pid = pid
        self.mark = mark
        self._seen: set[psutil.Process] = set()
        self._leader: psutil.Process | None = None
        with suppress(psutil.NoSuchProcess):
            self._leader = psutil.Process(pid)

    def leader_ended(self) -> list[psutil.Process]:
        """Call as soon as the leader was waited for; returns what is left of its session. Blocks for a scan.

        From here on its pid may become another's, so members of its session are noted now and the session
        id isn't looked at any more.
        """
        left = [process for process in self._in_session(psutil.process_iter()) if _lives(process)]
        self._leader = None
        self._seen.update(left)
        return left

    def members(self) -> list[psutil.Process]:
        """All living members, found by one scan of the process table. Blocks for some milliseconds."""
        return _members([self])

    def end(self, *, grace: float = GRACE, deadline: float = DEADLINE) -> bool:
        """End all members; False when some outlived the deadline. Blocks, so call it in a thread."""
        return _end(self.members, grace, deadline)

    def find(self, scan: _Scan) -> set[psutil.Process]:
        """Living members in one scan of the process table."""
        found = {process for process in self._seen if _lives(process)}
        found.update(scan.marked[self.mark])
        # Asked after the scan: while the leader holds its pid, if only as a zombie, the session is ours.
        if self._leader is not None and self._leader.is_running():
            found.update(scan.sessions[self.pid])
        self._seen = scan.with_descendants(found)
        return {process for process in self._seen if _lives(process)}

    def _in_session(self, processes: Iterable[psutil.Process]) -> Iterable[psutil.Process]:
        for process in processes:
            with suppress(OSError):
                if os.getsid(process.pid) == self.pid:
                    yield process


def end_trees(trees: Collection[Tree], *, grace: float = GRACE, deadline: float = DEADLINE) -> bool:
    """End all members of all ``trees`` by scans that they share; False when some outlived it. Blocks."""
    return _end(lambda: _members(trees), grace, deadline)


def end_marked(marks: Collection[str]) -> bool:
    """End whatever carries one of these ``CHILD_MARK`` values; False when some outlived it. Blocks."""
    wanted = frozenset(marks)
    return _end(lambda: list(marked(psutil.process_iter(), wanted.__contains__)), GRACE, DEADLINE)


def end_all(processes: Collection[psutil.Process]) -> bool:
    """End these and no others; False when some outlived it. Blocks."""
    return end_found(lambda: [process for process in processes if _lives(process)])


def end_found(find: Callable[[], list[psutil.Process]]) -> bool:
    """End what ``find`` gives, which is asked anew for what was forked meanwhile; False as above. Blocks."""
    return _end(find, GRACE, DEADLINE)


def marked(
    processes: Iterable[psutil.Process], wanted: Callable[[str], bool], name: str = CHILD_MARK
) -> Iterable[psutil.Process]:
    """Our user's processes whose environment has a ``name`` with a ``wanted`` value; never this one."""
    for process in processes:
        for _ in _marks_of(process, wanted, name):
            yield process


class _Scan:
    """The process table, looked at once for any number of trees."""

    def __init__(self, marks: Collection[str]) -> None:
        wanted = frozenset(marks)
        self.marked: dict[str, list[psutil.Process]] = defaultdict(list)
        self.sessions: dict[int, list[psutil.Process]] = defaultdict(list)
        self._children: dict[int, list[psutil.Process]] = defaultdict(list)
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                self.sessions[os.getsid(process.pid)].append(process)
                self._children[process.ppid()].append(process)
            for mark in _marks_of(process, wanted.__contains__, CHILD_MARK):
                self.marked[mark].append(process)

    def with_descendants(self, found: set[psutil.Process]) -> set[psutil.Process]:
        everything, queue = set(found), list(found)
        while queue:
            new = [child for child in self._children[queue.pop().pid] if child not in everything]
            everything.update(new)
            queue.extend(new)
        return everything


def _members(trees: Collection[Tree]) -> list[psutil.Process]:
    scan = _Scan({tree.mark for tree in trees})
    return list(set().union(*(tree.find(scan) for tree in trees)))


def _marks_of(process: psutil.Process, wanted: Callable[[str], bool], name: str) -> Iterable[str]:
    with suppress(psutil.Error, OSError):
        value = process.environ().get(name)
        if value and wanted(value) and process.uids().real == os.getuid() and process.pid != os.getpid():
            yield value


def _end(find: Callable[[], list[psutil.Process]], grace: float, deadline: float) -> bool:
    begun = time.monotonic()
    members = find()
    for process in members:
        for number in _FRIENDLY:
            _send(process, number)
    while any(map(_lives, members)) and time.monotonic() - begun < grace:
        time.sleep(_PAUSE)
    # What was forked meanwhile is found by scanning anew; once at least, however long the first scan took.
    while members := find():
        for process in members:
            _send(process, signal.SIGKILL)
        if time.monotonic() - begun >= deadline:
            break
        time.sleep(_PAUSE)
    return not members


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _send(process: psutil.Process, number: signal.Signals) -> None:
    """Signal this very process: a pidfd can't come to mean another between the check and the signal."""
    with suppress(psutil.Error, ProcessLookupError, PermissionError):
        try:
            handle = os.pidfd_open(process.pid)
        except (AttributeError, OSError):  # not Linux, or forbidden in this container
            process.send_signal(number)
            return
        try:
            if process.is_running():
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)

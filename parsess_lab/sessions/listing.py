"""One session's place in the list: what its log says, joined with what was last seen around its directory."""

from __future__ import annotations

from collections.abc import Sequence

from parsess_lab.sessions.ledger import Ledger, owned_by
from parsess_lab.sessions.summarise import summarise, worktree_of
from parsess_lab.sessions.summary import ConflictSummary, Summary, WorktreeSummary
from parsess_lab.sessions.surroundings import Surroundings
from parsess_lab.sessions.turns import Turns
from parsess_lab.words import counted


class Listing:
    """Looks at nothing itself, and so never waits."""

    def __init__(self, ledger: Ledger, around: Surroundings, turns: Turns) -> None:
        self._ledger = ledger
        self._around = around
        self._turns = turns
        self._directory = ledger.log.header.directory

    @property
    def glance(self) -> object:
        """Differs when the list looks different at a glance; text that streams is left out."""
        facts = self._ledger.facts
        settings = (facts.name, facts.mode, facts.options, facts.worktree, len(facts.rewinds))
        return facts.state, facts.questions, settings, self._ledger.other, self._ledger.problem, self._outside

    def summary(self) -> Summary:
        """As the list shows it, with the directory as it was when last looked at."""
        facts = self._ledger.facts
        place = self._around.places.at(self._directory)
        worktree, conflicts = self._outside
        return summarise(
            self._ledger.log.header,
            facts,
            branch=place.branch or (worktree.branch if worktree else None),
            worktree=worktree,
            environment=place.environment,
            conflicts=list(conflicts),
            state="failed" if self._turns.unwritten else facts.state,
            read_only=self._ledger.read_only,
            problem=self._problem(place.exists),
        )

    @property
    def _outside(self) -> tuple[WorktreeSummary | None, Sequence[ConflictSummary]]:
        place = self._around.places.at(self._directory)
        outlook = self._around.workspace.outlook
        lacks = outlook.lacks(place.record.id if place.record else None)
        kept = self._is_removed(directory_exists=place.exists)
        worktree = worktree_of(self._ledger.facts.worktree, place, lacks, kept=kept)
        return worktree, outlook.conflicts(self._ledger.log.header.session)

    def _is_removed(self, *, directory_exists: bool) -> bool:
        """Its worktree was removed here and can be brought back."""
        told = self._ledger.facts.worktree
        return not directory_exists and told is not None and self._around.workspace.worktrees.keeps(told.id)

    def _problem(self, directory_exists: bool) -> str | None:
        facts, log = self._ledger.facts, self._ledger.log
        if problem := self._ledger.problem or log.problem:
            return problem
        if self._ledger.other is not None:
            return owned_by(self._ledger.other)
        if facts.making or (facts.worktree and facts.worktree.status == "failed"):
            return None  # there is nothing yet to miss
        if not directory_exists:
            return self._missing()
        if log.damages:
            damaged = counted(len(log.damages), "line of its log is", "lines of its log are")
            return f"{damaged} damaged and left out."
        return None

    def _missing(self) -> str:
        if self._is_removed(directory_exists=False):
            return "The worktree of this session was removed. Bring it back to go on."
        return f"The directory {self._directory} is gone. Bring it back, or start a session elsewhere."

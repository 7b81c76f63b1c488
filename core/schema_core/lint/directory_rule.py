"""Rules about the change set itself: which files it touches, not what they do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, Literal

import msgspec

from schema_core.directory.changeset import ChangeSet
from schema_core.schema.findings import Severity


class FileHit(msgspec.Struct, frozen=True, kw_only=True):
    """One file that a rule objects to."""

    file: str
    change: Literal["added", "edited", "deleted"]
    message: str


class DirectoryRule(ABC):
    """One hazard of the directory's history; the class variables mean what they mean in ``rule.Rule``."""

    code: ClassVar[str]
    name: ClassVar[str]
    analyzer: ClassVar[str] = "directory"
    title: ClassVar[str]
    severity: ClassVar[Severity]
    effect: ClassVar[str]
    instead: ClassVar[str]
    documentation: ClassVar[str] = ""

    @abstractmethod
    def check(self, change_set: ChangeSet) -> Iterator[FileHit]:
        """Look at a change set; yield a hit for each file."""

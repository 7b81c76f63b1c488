"""The program that SQLite makes of a statement, as EXPLAIN lists it: which tables it walks, writes and fills.

It says what a statement will do however many rows there are, so an empty database is enough to tell.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

_IN_REGISTER = 0x10
"""Flag of an Open instruction whose second operand is a register: a table that the statement itself makes."""
_FIRST, _FOLLOWING = ("Rewind", "Last"), ("Next", "Prev")
_FILLING = ("Insert", "IdxInsert")


class Instruction(NamedTuple):
    """One line of EXPLAIN."""

    address: int
    opcode: str
    p1: int
    p2: int
    p3: int
    p4: str | None
    p5: int


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """What a program does to the tables and indexes of the file, by their root pages.

    ``walked`` are read from the first row to the last, ``filled`` get rows, ``rewritten`` get one for each of their
    own, ``emptied`` lose all. ``stops`` are the words with which the program fails as soon as the table holds a row;
    ``refusals`` those with which it fails for some rows. ``checks`` says that it asks SQLite's own check to read a
    table, ``enforces`` are walked for a foreign key.
    """

    walked: frozenset[int] = frozenset()
    filled: frozenset[int] = frozenset()
    rewritten: frozenset[int] = frozenset()
    emptied: frozenset[int] = frozenset()
    enforces: frozenset[int] = frozenset()
    stops: tuple[tuple[int, str], ...] = ()
    refusals: tuple[str, ...] = ()
    checks: bool = False


class _Walk(NamedTuple):
    root: int
    first: int
    last: int


def read_program(connection: sqlite3.Connection, sql: str) -> Program:
    """Compile a statement without running it; raises sqlite3.Error for one that SQLite refuses."""
    rows = connection.execute(f"explain {sql}").fetchall()
    parts = [_Part(instructions) for instructions in _parts(Instruction(*row[:7]) for row in rows)]
    return Program(
        walked=frozenset(walk.root for part in parts for walk in part.walks if part.stop_of(walk) is None),
        filled=frozenset(root for part in parts for root, _ in part.filled),
        rewritten=frozenset(root for part in parts for root in part.rewritten()),
        emptied=frozenset(root for part in parts for root in part.emptied),
        enforces=frozenset(walk.root for part in parts for walk in part.walks if part.counts_violations(walk)),
        stops=tuple((walk.root, stop) for part in parts for walk in part.walks if (stop := part.stop_of(walk))),
        refusals=tuple(dict.fromkeys(words for part in parts for words in part.refusals)),
        checks=any(part.checks for part in parts),
    )


def _parts(instructions: Iterable[Instruction]) -> Iterator[list[Instruction]]:
    """The program, then those of its triggers and foreign key actions, each with addresses and cursors of its own."""
    part: list[Instruction] = []
    for instruction in instructions:
        if part and instruction.address <= part[-1].address:
            yield part
            part = []
        part.append(instruction)
    if part:
        yield part


class _Part:
    """One program, read from its first instruction to its last."""

    def __init__(self, instructions: Sequence[Instruction]) -> None:
        self._instructions = instructions
        self.walks: list[_Walk] = []
        self.filled: list[tuple[int, int]] = []
        """Roots and the addresses at which they get a row."""
        self.emptied: list[int] = []
        self.refusals: list[str] = []
        self.checks = False
        self._roots: dict[int, int] = {}
        self._begun: dict[int, tuple[int, int]] = {}
        for instruction in instructions:
            self._take(instruction)

    def _take(self, instruction: Instruction) -> None:
        opcode, cursor = instruction.opcode, instruction.p1
        if opcode.startswith("Open") or opcode == "ReopenIdx":
            self._open(instruction)
        elif opcode == "Clear" and not instruction.p2:
            self.emptied.append(cursor)
        elif opcode == "VFilter":
            self.checks = True
        elif opcode == "Halt" and cursor and instruction.p4:
            self.refusals.append(instruction.p4)
        elif cursor in self._roots:
            self._use(instruction, self._roots[cursor])

    def _open(self, instruction: Instruction) -> None:
        self._roots.pop(instruction.p1, None)
        of_a_file = instruction.opcode in ("OpenRead", "OpenWrite", "ReopenIdx") and not instruction.p5 & _IN_REGISTER
        if of_a_file and not instruction.p3:
            self._roots[instruction.p1] = instruction.p2

    def _use(self, instruction: Instruction, root: int) -> None:
        opcode, address = instruction.opcode, instruction.address
        if opcode in _FIRST:
            self._begun[instruction.p1] = (root, address)
        elif opcode == "Count":
            self.walks.append(_Walk(root, address, address))
        elif opcode in _FILLING:
            self.filled.append((root, address))
        elif opcode in _FOLLOWING and instruction.p1 in self._begun:
            begun, first = self._begun[instruction.p1]
            if root == begun and instruction.p2 > first:
                self.walks.append(_Walk(root, first, address))

    def rewritten(self) -> Iterator[int]:
        """Roots that get a row for each row that they hold."""
        for walk in self.walks:
            if any(root == walk.root and walk.first < address < walk.last for root, address in self.filled):
                yield walk.root

    def stop_of(self, walk: _Walk) -> str | None:
        """The words with which the program stops at the first row of a walk."""
        for instruction in self._instructions:
            if instruction.address == walk.first + 1 and instruction.opcode == "Halt" and instruction.p1:
                return instruction.p4 or ""
        return None

    def counts_violations(self, walk: _Walk) -> bool:
        """Whether a walk looks for rows that would be left without what they refer to."""
        return any(each.opcode == "FkCounter" and walk.first < each.address < walk.last for each in self._instructions)

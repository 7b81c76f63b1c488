"""The order of a plan's steps, and which of them share a statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush

from schema_core.schema.errors import UserError
from schema_core.schema.plans import Plan, PlannedStatement, Step

_Group = tuple[object, ...]


def ordered(steps: Sequence[Step]) -> Plan:
    """The statements of all steps, each after those that it must follow.

    All steps with one ``head`` are first taken for one statement. Where that would make a circle of statements, those
    in the circle are split into their parts, and where that is not enough, into their steps. Raises UserError when the
    steps themselves are a circle.
    """
    place = {step.key: index for index, step in enumerate(steps)}
    before = [sorted(place[key] for key in step.after if key in place and key != step.key) for step in steps]
    groups: list[_Group] = [
        (step.head,) if step.head is not None and not step.alone else (index,) for index, step in enumerate(steps)
    ]
    for finer in (_by_part, _by_step, None):
        circles = _circles(groups, before)
        if not circles:
            break
        if finer is None:
            names = ", ".join(steps[index].key for index, group in enumerate(groups) if group in circles)
            raise UserError(f"These changes depend on each other in a circle, so no order makes them: {names}.")
        groups = [finer(steps[index], index) if group in circles else group for index, group in enumerate(groups)]
    found = list(_sorted(groups, before, steps))
    return Plan(statements=tuple(statement for members in _joined(found) for statement in _statements(members)))


def _joined(found: Sequence[Sequence[Step]]) -> Iterable[list[Step]]:
    """Steps that were parted and came to stand side by side again share a statement after all."""
    together: list[Step] = []
    for members in found:
        first = members[0]
        if together and (first.head is None or first.alone or together[0].alone or first.head != together[0].head):
            yield together
            together = []
        together = [*together, *members]
    if together:
        yield together


def _by_part(step: Step, index: int) -> _Group:
    return (step.head, step.part) if step.head is not None and not step.alone else (index,)


def _by_step(step: Step, index: int) -> _Group:
    return (step.head, "step", index)


def _edges(groups: Sequence[_Group], before: Sequence[Sequence[int]]) -> Mapping[_Group, set[_Group]]:
    edges: defaultdict[_Group, set[_Group]] = defaultdict(set)
    for index, earlier in enumerate(before):
        edges[groups[index]].update(groups[one] for one in earlier if groups[one] != groups[index])
    return edges


def _circles(groups: Sequence[_Group], before: Sequence[Sequence[int]]) -> set[_Group]:
    """The groups that stand in a circle: strongly connected components of more than one (Tarjan's)."""
    edges = _edges(groups, before)
    number: dict[_Group, int] = {}
    lowest: dict[_Group, int] = {}
    open_groups: list[_Group] = []
    is_open: set[_Group] = set()
    found: set[_Group] = set()
    for root in edges:
        if root in number:
            continue
        work = [(root, iter(edges[root]))]
        number[root] = lowest[root] = len(number)
        open_groups.append(root)
        is_open.add(root)
        while work:
            group, rest = work[-1]
            following = next((one for one in rest if one not in number or one in is_open), None)
            if following is None:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[group])
                if lowest[group] == number[group]:
                    component = _closed(open_groups, is_open, group)
                    if len(component) > 1:
                        found.update(component)
            elif following in number:
                lowest[group] = min(lowest[group], number[following])
            else:
                number[following] = lowest[following] = len(number)
                open_groups.append(following)
                is_open.add(following)
                work.append((following, iter(edges[following])))
    return found


def _closed(open_groups: list[_Group], is_open: set[_Group], root: _Group) -> list[_Group]:
    component = []
    while True:
        member = open_groups.pop()
        is_open.remove(member)
        component.append(member)
        if member == root:
            return component


def _sorted(groups: Sequence[_Group], before: Sequence[Sequence[int]], steps: Sequence[Step]) -> Iterable[list[Step]]:
    """The groups in order."""
    members: dict[_Group, list[Step]] = {}
    first: dict[_Group, int] = {}
    for index, (group, step) in enumerate(zip(groups, steps, strict=True)):
        members.setdefault(group, []).append(step)
        first.setdefault(group, index)
    edges = _edges(groups, before)
    waiting = {group: len(edges.get(group, ())) for group in members}
    followers: defaultdict[_Group, list[_Group]] = defaultdict(list)
    for group, earlier in edges.items():
        for one in earlier:
            followers[one].append(group)
    queue = _Queue()
    for group, count in waiting.items():
        if not count:
            queue.offer(group, members[group], first[group])
    while (chosen := queue.take()) is not None:
        yield members[chosen]
        for one in followers[chosen]:
            waiting[one] -= 1
            if not waiting[one]:
                queue.offer(one, members[one], first[one])


class _Queue:
    """Groups that may come next: one with the head of the last first, else that of the lowest rank."""

    def __init__(self) -> None:
        self._ready: list[tuple[int, int, _Group]] = []
        self._by_head: defaultdict[str, list[_Group]] = defaultdict(list)
        self._heads: dict[_Group, str | None] = {}
        self._last: str | None = None

    def offer(self, group: _Group, members: Sequence[Step], first: int) -> None:
        """Take a group that has nothing to wait for; ``first`` is the place of its first step among all."""
        head = members[0].head if not members[0].alone else None
        heappush(self._ready, (min(step.rank for step in members), first, group))
        self._heads[group] = head
        if head is not None:
            self._by_head[head].append(group)

    def take(self) -> _Group | None:
        """Give the next group, None when there is no more."""
        candidates = self._by_head.get(self._last, []) if self._last is not None else []
        group = candidates[0] if candidates else None
        while group is None:
            if not self._ready:
                return None
            taken = heappop(self._ready)[2]
            # Given already, because its head was that of the one before.
            group = taken if taken in self._heads else None
        self._last = self._heads.pop(group)
        if self._last is not None:
            self._by_head[self._last].remove(group)
        return group


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Steps of one statement, each after those that it must follow as far as the statement holds them."""
    by_key = {step.key: step for step in steps}
    found: dict[str, Step] = {}

    def visit(step: Step, path: frozenset[str]) -> None:
        for key in sorted(step.after & by_key.keys()):
            if key not in found and key not in path and by_key[key].part <= step.part:
                visit(by_key[key], path | {key})
        found.setdefault(step.key, step)

    for step in steps:
        visit(step, frozenset({step.key}))
    return list(found.values())


def _statements(steps: Sequence[Step]) -> Iterable[PlannedStatement]:
    """The statements of steps that stay together."""
    head = steps[0].head
    if head is None:
        return (statement for step in steps for statement in step.statements)
    steps = _in_order(sorted(steps, key=lambda step: step.part))
    clauses = [clause for step in steps for clause in step.clauses]
    undone = [clause for step in reversed(steps) for clause in step.reverse]
    reasons = [step.irreversible for step in steps if step.irreversible is not None]
    reverse = [f"{head} {', '.join(undone)}"] if undone else []
    reverse += [statement for step in reversed(steps) for statement in step.afterwards]
    return (
        PlannedStatement(
            text=f"{head} {', '.join(clauses)}",
            comment=steps[0].comment,
            reverse=() if reasons else tuple(reverse),
            irreversible=reasons[0] if reasons else None,
        ),
    )

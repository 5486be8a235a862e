"""One law file as text (文件), with the line on which every value stands.

1. Every scalar stays the text that was typed: ``1.10`` is not a number, ``on`` and ``no`` are words. What it means is
   decided by the model that takes it.
2. Only where the model takes several types does the writing decide: after ``equals``, ``one_of``, ``default`` and below
   ``fields`` and ``facts`` an unquoted ``true``, ``false`` or whole number is one; in quotation marks it is text.
3. A key stands once. Anchors, aliases and tags are refused: what a clerk reads is what counts.
4. An empty value is refused: a line without content is forgotten work, never "unknown".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gateway.drafting.complaint import Complaint

Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value]"
Place: TypeAlias = tuple[str | int, ...]
"""Keys and positions that lead to a value, as in ``("blocks", 0, "from")``."""

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12

_TYPED_KEYS = frozenset({"equals", "one_of", "default"})
_TYPED_PARENTS = frozenset({"fields", "facts"})
_TAG = "tag:yaml.org,2002:"
_IMPLICIT = frozenset({"str", "int", "float", "bool", "null", "timestamp", "merge", "value"})
"""What YAML takes unmarked text for; ruled out here by reading all of it as text."""
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file, read.

    Attributes:
        file: Path below the law directory.
        content: The mapping it holds; empty when it could not be read.
        lines: Line of every value by its place.
        complaints: What kept it from being read as it should be.
    """

    file: str
    content: Mapping[str, Value]
    lines: Mapping[Place, int]
    complaints: tuple[Complaint, ...] = ()

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it that stands in the file."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1

    def complaint(self, place: Place, message_zh: str, remedy_zh: str) -> Complaint:
        """A complaint about what stands at ``place``."""
        return Complaint(self.file, self.line(place), message_zh, remedy_zh)


def read_sheet(path: Path, file: str) -> Sheet:
    """Read one YAML file; whatever is wrong with it becomes complaints."""

    def unreadable(line: int, message_zh: str, remedy_zh: str) -> Sheet:
        return Sheet(file, {}, {}, (Complaint(file, line, message_zh, remedy_zh),))

    data = path.read_bytes()
    if len(data) > MAX_BYTES:
        return unreadable(1, f"文件超过{MAX_BYTES // 1024}KB", "一个文件只写一件法律事物，请拆分")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return unreadable(1, "文件不是UTF-8编码", "请以UTF-8编码另存")
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        # An open quotation mark swallows the rest of the file: show where it was opened, not where the file ends.
        is_open_quote = "quoted" in (error.context or "")
        mark = error.context_mark if is_open_quote else error.problem_mark or error.context_mark
        problem = "引号没有配对" if is_open_quote else " ".join((error.problem or "").split())
        return unreadable(mark.line + 1 if mark else 1, f"YAML写法有误（{problem}）", "检查缩进、冒号和引号")
    except YAMLError as error:
        return unreadable(1, f"YAML写法有误（{' '.join(str(error).split())}）", "检查有无不可见字符")
    if not isinstance(node, MappingNode):
        return unreadable(1, "文件应当由“字段: 内容”组成", "对照同目录其他文件的写法")
    reading = _Reading(file)
    content = reading.mapping(node, ())
    return Sheet(file, content, reading.lines, tuple(reading.complaints))


@dataclass(slots=True)
class _Reading:
    """The walk over the nodes of one file."""

    file: str
    lines: dict[Place, int] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def mapping(self, node: MappingNode, place: Place) -> dict[str, Value]:
        content: dict[str, Value] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._complain(key_node, "字段名应当是一个词", "对照同目录其他文件的写法")
                continue
            key = str(key_node.value)
            if key in content:
                self._complain(key_node, f"字段“{key}”写了两次", "同一处每个字段只写一次，删去多余的一行")
                continue
            inner = (*place, key)
            self.lines[inner] = key_node.start_mark.line + 1
            content[key] = self._value(value_node, inner)
        return content

    def _value(self, node: Node, place: Place) -> Value:
        if self._refused(node, place):
            return ""
        if isinstance(node, MappingNode):
            return self.mapping(node, place)
        if isinstance(node, SequenceNode):
            return list(self._items(node, place))
        return self._scalar(node, place)

    def _items(self, node: SequenceNode, place: Place) -> Iterator[Value]:
        for position, item in enumerate(node.value):
            inner = (*place, position)
            self.lines[inner] = item.start_mark.line + 1
            yield self._value(item, inner)

    def _scalar(self, node: Node, place: Place) -> Value:
        text = str(node.value)
        if not _is_quoted(node):
            if text in {"", "~", "null"}:
                # The mark of nothing lies on the next line that has something.
                remedy = "填写内容，或删去这一行"
                complaint = Complaint(self.file, self.lines[place], f"“{_name(place)}”没有内容", remedy)
                self.complaints.append(complaint)
            elif _is_typed(place):
                if text in {"true", "false"}:
                    return text == "true"
                if _WHOLE_NUMBER.fullmatch(text):
                    return int(text)
        return text

    def _refused(self, node: Node, place: Place) -> bool:
        if id(node) in self._seen or node.anchor is not None:
            self._complain(node, "不得使用锚点或引用（& 或 *）", "把内容写全，读到什么就是什么")
            return True
        self._seen.add(id(node))
        kind = (node.tag or "").removeprefix(_TAG)
        if isinstance(node, ScalarNode) and kind not in ({"str"} if _is_quoted(node) else _IMPLICIT):
            self._complain(node, "不得使用类型标记（! 开头）", "删去标记，只写内容")
            return True
        if len(place) > MAX_DEPTH:
            self._complain(node, "层次过深", "对照同目录其他文件的写法")
            return True
        return False

    def _complain(self, node: Node, message_zh: str, remedy_zh: str) -> None:
        self.complaints.append(Complaint(self.file, node.start_mark.line + 1, message_zh, remedy_zh))


def _name(place: Place) -> str:
    return next((step for step in reversed(place) if isinstance(step, str)), "")


def _is_quoted(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is not None


def _is_typed(place: Place) -> bool:
    names = [step for step in place if isinstance(step, str)]
    return names[-1] in _TYPED_KEYS or (len(names) > 1 and names[-2] in _TYPED_PARENTS)

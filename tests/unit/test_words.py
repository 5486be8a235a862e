"""One word per thing: what the glossary advises against is in no identifier and no text of the product."""

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("src", "gateway")
PROJECT = (
    *PRODUCT,
    "docs",
    "examples",
    "scripts",
    "tests",
    "Makefile",
    "pyproject.toml",
    "requirements-dev.lock",
    ".ci/run",
)
TEXTS = {".css", ".html", ".js", ".json", ".lock", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml", ""}

# The refused words are spelt in pieces, so that this file may be read by its own test.
REFUSED = {
    "black" + "list": "list of targets of joint punishment, or the list's own name",
    "red" + "list": "list of targets of joint incentives",
    "white" + "list": "what is allowed, by name",
    "custom" + "er": "subject (信用主体)",
    "hit": "match, or finding (命中)",
    "hits": "matches, or findings (命中)",
    "scene": "matter (事项)",
    "replica" + "_cache": "replica (副本)",
    "cached" + "_replica": "replica (副本)",
}
REFUSED_CHINESE = {
    "黑" + "名单": "失信联合惩戒对象名单、严重失信主体名单",
    "红" + "名单": "守信联合激励对象名单",
    "红" + "黑榜": "名单的规范名称",
    "白" + "名单": "按名称写明允许的内容",
}
ROOMS_WITHOUT_A_NOUN = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "core",
    "manager",
    "service",
    "services",
    "misc",
}

# Names that others gave: the id of a list, and titles and terms of law in quotation marks.
OFFICIAL = re.compile(
    r"construction[-_]black" + r"list"
    r"|《[^》\n]*》"
    r"|[“\"「『‘'][^”\"」』’'\n]{0,12}" + "黑" + "名单" + r"[^”\"」』’'\n]{0,12}[”\"」』’']",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z]+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
MACHINE_PATH = re.compile(r"(?<![\w.<}/])/(?:work/|root/|Users/|home/[a-z]|tmp/[a-z]|opt/)|file://" + r"/")
MARKER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")


class Line(NamedTuple):
    """One line of a text and where it stands."""

    place: str
    text: str


def lines(*places: str) -> Iterator[Line]:
    for place in places:
        start = ROOT / place
        files = [start] if start.is_file() else sorted(start.rglob("*"))
        for file in files:
            if not file.is_file() or file.suffix not in TEXTS or "__pycache__" in file.parts:
                continue
            name = file.relative_to(ROOT).as_posix()
            for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                yield Line(f"{name}:{number}", text)


def words(text: str) -> Iterator[str]:
    """The words of a line, lower case: `creditList` and `credit_list` are two words and, put together, one."""
    for run in re.findall(r"[A-Za-z]+(?:[ _-][A-Za-z]+)*", HUMP.sub("_", text)):
        single = [word.lower() for word in WORD.findall(run)]
        yield from single
        for first, second in itertools.pairwise(single):
            yield first + second
            yield f"{first}_{second}"


def refused(found: Iterable[Line]) -> list[str]:
    complaints = []
    for place, text in found:
        ours = OFFICIAL.sub(" ", text)
        complaints += [f"{place}: not «{word}» but {REFUSED[word]}" for word in sorted(set(words(ours)) & set(REFUSED))]
        complaints += [f"{place}: 不写“{word}”，写{better}" for word, better in REFUSED_CHINESE.items() if word in ours]
    return complaints


def test_the_product_speaks_by_the_glossary() -> None:
    # The law itself is quoted word for word, whatever its words.
    quoted_law = re.compile(r"gateway/law/.*\.ya?ml:")
    assert refused(line for line in lines(*PRODUCT) if not quoted_law.match(line.place)) == []


@pytest.mark.parametrize(
    "text",
    [
        "def on_black" + "list(subject): ...",
        "class Black" + "List: ...",
        "BLACK" + "_LIST = ()",
        "the black" + " list of the province",
        "a red" + "-list entry",
        "first_hit" + " = found[0]",
        "self.custom" + "erCode",
        "该企业已列入黑" + "名单",
        "红" + "名单企业优先办理",
    ],
)
def test_refuses_a_word_the_glossary_advises_against(text: str) -> None:
    assert refused([Line("here:1", text)]) != []


@pytest.mark.parametrize(
    "text",
    [
        'LISTS = ("construction-black' + 'list",)',
        "建筑市场主体“黑" + "名单”",
        '建筑市场主体"黑' + '名单"',
        "《建筑市场主体黑" + "名单管理办法》",
        "architecture, white space, listed, blackboard, a customs declaration",
        "the list is read; hidden = Hitachi",
    ],
)
def test_leaves_official_names_and_innocent_words_alone(text: str) -> None:
    assert refused([Line("here:1", text)]) == []


def test_every_room_is_named_by_a_noun() -> None:
    rooms = {
        path.relative_to(ROOT).as_posix()
        for place in PRODUCT
        for path in (ROOT / place).rglob("*")
        if path.stem in ROOMS_WITHOUT_A_NOUN
    }
    assert rooms == set()


def test_names_no_machine_and_leaves_nothing_to_be_done() -> None:
    found = [line for line in lines(*PROJECT) if MACHINE_PATH.search(line.text) or MARKER.search(line.text)]
    assert found == []


@pytest.mark.parametrize(
    "text", ["open('/wo" + "rk/main/x')", "see /ro" + "ot/.config", "fi" + "le:///x", "# TO" + "DO: later"]
)
def test_refuses_machine_paths_and_markers(text: str) -> None:
    assert MACHINE_PATH.search(text) or MARKER.search(text)

"""A small law in a directory of its own: two lists, two matters, two measures, and what they cite."""

from collections.abc import Callable
from pathlib import Path

import pytest

FILES = {
    "edition.yaml": "edition: 2026.1\n",
    "instruments/act.yaml": """\
id: act
blocks:
  - from: 2000-01-01
    title: 某某法
    title_en: The Act
    level: law
    issued_by: 全国人民代表大会常务委员会
    source: 公报
    confidence: verified
""",
    "instruments/notice.yaml": """\
id: notice
blocks:
  - from: 2010-01-01
    title: 某某通知
    title_en: The Notice
    number: 某发〔2010〕1号
    level: normative-document
    issued_by: 某某部
    source: 网站
    confidence: high
  - from: 2020-01-01
    end: true
    source: 已由新通知代替
""",
    "lists/defaulters.yaml": """\
id: defaulters
blocks:
  - from: 2013-10-01
    title: 失信名单
    title_en: Defaulters
    list_class: serious
    authority: 法院
    basis:
      - instrument: act
        article: 第一条
    persons: true
    removal:
      zh: 履行
      en: Perform
    objection_to:
      zh: 法院
      en: The court
    source: 公报
    confidence: verified
""",
    "matters/award.yaml": """\
id: award
blocks:
  - from: 2005-01-01
    title: 授予
    title_en: Award
    basis:
      - instrument: act
    required_lists: [defaulters]
    facts:
      statutory:
        default: true
        title:
          zh: 依法必须
          en: Statutory
    adverse_max_age_s: 3600
    clear_max_age_s: 3600
    source: 公报
    confidence: verified
""",
    "measures/a1-01.yaml": """\
id: a1-01
blocks:
  - from: 2015-01-01
    measure_class: A
    heading: 限制准入
    title: 禁止参加
    title_en: Ban
    content:
      zh: 禁止参加
      en: Ban
    basis:
      - instrument: act
        article: 第二条
    implementing_body: 某某部门
    applies:
      - lists: [defaulters]
        matters: [award]
        strength: bar
        conditions:
          - fact: statutory
            equals: true
    source: 公报
    confidence: verified
""",
    "measures/c1-01.yaml": """\
id: c1-01
blocks:
  - from: 2016-01-01
    measure_class: C
    heading: 自主
    title: 自主参考
    title_en: Advice
    content:
      zh: 自主参考
      en: Advice
    basis:
      - instrument: act
    implementing_body: 机构
    applies:
      - lists: [defaulters]
        matters: [award]
        strength: advise
        conditions:
          - field: fine_yuan
            at_least: 1000
    source: 公报
    confidence: verified
""",
    "periods/publicity.yaml": """\
id: publicity
blocks:
  - from: 2026-04-01
    title: 公示期
    title_en: Publicity
    purpose: publicity
    act: untrustworthiness
    unit: months
    minimum: 3
    maximum: 12
    counts_from: document
    basis:
      - instrument: act
    source: 公报
    confidence: verified
""",
    "cases/a1-01.yaml": """\
measure: a1-01
cases:
  - title: 禁止
    on: 2020-06-01
    given:
      entries:
        - list: defaulters
          from: 2020-01-01
    when: award
    then:
      finding: bar
  - title: 前一日
    on: 2014-12-31
    given:
      entries:
        - list: defaulters
          from: 2014-01-01
    when: award
    then:
      finding: none
""",
    "cases/c1-01.yaml": """\
measure: c1-01
cases:
  - title: 提示
    on: 2020-06-01
    given:
      entries:
        - list: defaulters
          from: 2020-01-01
          fields:
            fine_yuan: 1000
    when: award
    then:
      finding: advise
  - title: 前一日
    on: 2015-12-31
    given:
      entries:
        - list: defaulters
          from: 2014-01-01
          fields:
            fine_yuan: 1000
    when: award
    then:
      finding: none
""",
}

Edit = Callable[[str, str, str], int]


@pytest.fixture
def law_directory(tmp_path: Path) -> Path:
    directory = tmp_path / "law"
    for name, text in FILES.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory


@pytest.fixture
def edit(law_directory: Path) -> Edit:
    """Replace one passage in one file; answers the line on which the replacement begins."""

    def change(file: str, old: str, new: str) -> int:
        path = law_directory / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"«{old}» stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return change


@pytest.fixture
def append(law_directory: Path) -> Callable[[str, str], int]:
    """Add text at the end of a file; answers the line on which it begins."""

    def add(file: str, text: str) -> int:
        path = law_directory / file
        before = path.read_text(encoding="utf-8")
        path.write_text(before + text, encoding="utf-8")
        return before.count("\n") + 1

    return add

"""What the READMEs say in figures and names holds."""

import re

from credit_sdk import Verdict
from gateway.drafting.adoption import compile_law, shipped_law_directory
from tests.docs import markdown
from tests.docs.commands import project

ENGLISH, CHINESE = (markdown.read(path) for path in markdown.READMES)


def test_the_python_version_is_the_one_that_is_required() -> None:
    required = str(project()["requires-python"]).removeprefix(">=")
    assert set(re.findall(r"Python (\d\.\d+)", ENGLISH + CHINESE)) == {required}


def test_the_verdicts_are_those_of_the_library() -> None:
    rows = {markdown.first_code(row[0]) for row in markdown.rows(CHINESE)}
    assert rows == {verdict.value for verdict in Verdict}
    for verdict in Verdict:
        assert verdict.value in ENGLISH


def test_the_size_of_the_shipped_law_is_stated_as_it_is() -> None:
    law = compile_law(shipped_law_directory())
    sizes = [len(law.lists), len(law.measures), len(law.matters), len(law.instruments)]
    stated = (
        r"(\d+) lists, (\d+) measures and incentives and\s+(\d+) matters on (\d+) instruments",
        r"(\d+) 个名单、(\d+) 项惩戒和激励措施、(\d+) 个事项，依据 (\d+) 件法律文件",
    )
    for pattern, text in zip(stated, (ENGLISH, CHINESE), strict=True):
        found = re.search(pattern, text)
        assert found
        assert [int(number) for number in found.groups()] == sizes


def test_the_two_languages_lead_to_each_other() -> None:
    assert "(README.zh-CN.md)" in ENGLISH
    assert "(README.md)" in CHINESE


def test_the_licence_is_the_one_of_the_project() -> None:
    assert str(project()["license"]) in ENGLISH
    assert str(project()["license"]) in CHINESE


def test_both_languages_show_the_same_commands_of_the_gateway() -> None:
    def commands(text: str) -> set[str]:
        return set(re.findall(r"^\$ (credit-gateway \w+(?: (?:import|confirm|declare|add))?)", text, re.MULTILINE))

    assert commands(CHINESE) <= commands(ENGLISH)

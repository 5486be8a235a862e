"""Numbers and what they stand for: the part "Subject" of the page."""

import hashlib
import re
import unicodedata
from datetime import date
from typing import NamedTuple

from tests.conformance.evaluator.forms import Json, require

USCC, DIGITS_AND_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def twos(text: str) -> set[str]:
    """Codes of two characters, in a row."""
    return set(re.findall("..", text.replace(" ", "")))


PROVINCES = twos("1112131415 212223 31323334353637 414243444546 5051525354 6162636465 71 8182")
QINGHAI = """6300 00 / 6301 000102030405061120212223 / 6302 000102032122232425 / 6321 002122232425262728
    / 6322 0021222324 / 6323 000121222324 / 6324 0021 / 6325 002122232425 / 6326 00212223242526
    / 6327 0001212223242526 / 6328 0001020321222358 59"""
QINGHAI_REGIONS = {line.strip()[:4] + county for line in QINGHAI.split("/") for county in twos(line.strip()[4:])}
CATEGORIES = twos("11121319 2129 313233343539 4149 51525359 616269 717279 8189 919293 A1A9 N1N2N3 Y1")
KINDS = {
    **dict.fromkeys(twos("1213 3235 515253 72 81 9193 A1 N1N2N3"), "legal-person"),
    **dict.fromkeys(twos("21 3133 6162"), "unincorporated"),
    "11": "government",
    "92": "sole-trader",
}
PERSON = "natural-person"


class Subject(NamedTuple):
    scheme: str
    code: str
    kind: str
    warnings: list[str]

    @property
    def is_person(self) -> bool:
        return self.kind == PERSON

    @property
    def shown(self) -> str:
        return self.code[:6] + "*" * (len(self.code) - 10) + self.code[-4:] if self.is_person else self.code

    @property
    def json(self) -> Json:
        return {"scheme": self.scheme, "code": self.shown, "kind": self.kind, "warnings": self.warnings}

    @property
    def key(self) -> str:
        code = self.code[:-1] + "1" if "check-y-for-1" in self.warnings else self.code
        return hashlib.sha256(f"subject\0{self.scheme}\0{code}".encode()).hexdigest()


def uscc_check(body: str) -> str | None:
    if len(body) != 17 or set(body) - set(USCC):
        return None
    return USCC[-sum(pow(3, i) * USCC.index(each) for i, each in enumerate(body)) % 31]


def organisation_check(body: str) -> str:
    weighed = zip((3, 7, 9, 10, 5, 8, 4, 2), body, strict=True)
    return "0123456789X"[-sum(weight * DIGITS_AND_LETTERS.index(each) for weight, each in weighed) % 11]


def registration_check(body: str) -> str:
    p = 10
    for digit in map(int, body):
        p = ((p + digit) % 10 or 10) * 2 % 11
    return str((11 - p) % 10)


def is_resident(code: str) -> bool:
    if not code[:17].isdigit() or code[0] == "0" or not "1850" <= code[6:10] <= "2099":
        return False
    try:
        date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return False
    return "10X98765432"[sum(pow(2, 17 - i) * int(each) for i, each in enumerate(code[:17])) % 11] == code[17]


def region_known(region: str) -> bool:
    return region in QINGHAI_REGIONS if region[:2] == "63" else region[:2] in PROVINCES or region == "100000"


def uscc(code: str, *more: str) -> Subject:
    warnings = [
        *([] if region_known(code[2:8]) else ["region-unknown"]),
        *([] if code[:2] in CATEGORIES else ["category-unknown"]),
        *([] if organisation_check(code[8:16]) == code[16] else ["organisation-digit"]),
    ]
    return Subject("uscc", code, KINDS.get(code[:2], "unknown"), [*warnings, *more])


def eighteen(code: str) -> Subject:
    expected, is_number = uscc_check(code[:17]), is_resident(code)
    if expected == code[17] and not (uscc(code).warnings and is_number):
        return uscc(code)
    if is_number:
        known = region_known(code[:6]) or code[:2] == "83"
        if code[0] == "9":
            known = code[1:3] in PROVINCES
        return Subject("resident-number", code, PERSON, [] if known else ["region-unknown"])
    require(expected == "1" and code[17] == "Y", "a wrong check character")
    return uscc(code, "check-y-for-1")


def recognised(text: str) -> Subject:
    require(len(text) <= 64, "too long")
    silent = {"Cc", "Cf", "Pd", "Pi", "Pf", "Zl", "Zp", "Zs"}
    plain = [each for each in unicodedata.normalize("NFKC", text) if each not in "'\"`\u2212"]
    code = "".join(each for each in plain if unicodedata.category(each) not in silent)
    code = re.sub("[a-z]", lambda each: each[0].upper(), code)
    require(not set(code) & set("*•●×") and not re.fullmatch("(?=.{18}$)[0-9]*X{4,}[0-9]*X?", code), "masked")
    require(re.fullmatch("[0-9A-Z]+", code) and len(set(code[:-1])) > 1, "no number")
    older = ["not-uscc"] if region_known(code[:6]) else ["region-unknown", "not-uscc"]
    if len(code) == 18:
        return eighteen(code)
    if len(code) == 15 and code.isdigit() and registration_check(code[:14]) == code[14]:
        return Subject("registration-number", code, "sole-trader" if code[6] in "6789" else "legal-person", older)
    if len(code) == 13 and code.isdigit():
        return Subject("legacy-number", code, "unknown", older)
    require(len(code) == 9 and organisation_check(code[:8]) == code[8], "no number of a subject")
    return Subject("organisation-code", code, "unknown", ["not-uscc"])


class Principal(NamedTuple):
    role: str
    subject: Subject

    @property
    def json(self) -> Json:
        return {"role": self.role, "subject": self.subject.json}

"""Runs a published draw again, written from ``docs/reference/draw.md`` alone: nothing of the product is imported."""

import hashlib
import json
import sys
from pathlib import Path

GROUPS = ["A", "B", "C", "D", ""]


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def order(seed: str, code: str) -> tuple[bytes, str]:
    key = sha256(b"subject\0uscc\0" + code.encode("ascii"))
    return sha256(seed.encode("utf-8") + key), code


def complaint(data: bytes) -> str:
    """What is wrong with the document of a draw; empty where the same comes out."""
    said = json.loads(data)
    if said["format"] != "credit-draw/1" or not said["seed"] or not said["seed_source"]:
        return "format"
    population = said["population"]
    codes = [code for code, _ in population]
    if codes != sorted(set(codes)) or any(len(code) != 18 for code in codes):
        return "population"
    if sha256(canonical(population)).hex() != said["population_sha256"]:
        return "digest"
    if [group["grade"] for group in said["groups"]] != GROUPS:
        return "groups"
    drawn = []
    for group in said["groups"]:
        members = [code for code, grade in population if grade == group["grade"]]
        members.sort(key=lambda code: order(said["seed"], code))
        number = (len(members) * group["per_mille"] + 999) // 1000
        if (group["size"], group["drawn"]) != (len(members), number):
            return "groups"
        drawn += members[:number]
    if drawn != said["drawn"]:
        return "drawn"
    return "" if canonical(said) == data else "form"


if __name__ == "__main__":
    sys.exit(complaint(Path(sys.argv[1]).read_bytes()) or 0)

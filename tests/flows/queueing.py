"""A task queue in a folder, so that Celery needs no server. Files appear in it whole, never half written."""

import json
import uuid
from pathlib import Path

from celery import Celery

_FOLDERS = ("sent", "tasks", "processed", "control", "answers")


def queue_in(folder: Path) -> Celery:
    """The queue, as its workers and those who send tasks see it."""
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    queue = Celery("hall", broker="filesystem://localhost")
    queue.conf.broker_transport_options = {
        "data_folder_in": str(folder / "tasks"),
        "data_folder_out": str(folder / "sent"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.02,
    }
    queue.conf.task_ignore_result = True
    queue.conf.worker_prefetch_multiplier = 1
    return queue


def send(folder: Path, task: str, arguments: tuple[str, ...]) -> str:
    """Send one task; the id its answer will have."""
    number = str(uuid.uuid4())
    with queue_in(folder) as queue:
        queue.send_task(task, arguments, task_id=number)
    for sent in (folder / "sent").iterdir():
        sent.rename(folder / "tasks" / sent.name)
    return number


def answer(folder: Path, number: str, what: dict[str, object]) -> None:
    """Hand an answer in."""
    draft = folder / "processed" / f"{number}.answer"
    draft.write_text(json.dumps(what), encoding="utf-8")
    draft.rename(folder / "answers" / number)


def answered(folder: Path, number: str) -> dict[str, object] | None:
    """The answer to a task, None while there is none."""
    found = folder / "answers" / number
    return json.loads(found.read_text(encoding="utf-8")) if found.exists() else None

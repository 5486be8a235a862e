"""The service hall behind a task queue: the worker's application."""

import os
import time
from pathlib import Path

from celery import Task

from tests.flows.hall import DESKS, HOLD_S
from tests.flows.queueing import answer, queue_in

_folder = Path(os.environ["HALL_QUEUE"])
queue = queue_in(_folder)


@queue.task(name="desk", bind=True)
def desk(self: Task, name: str, code: str, case: str) -> None:
    """Do what a desk does."""
    done = DESKS[name](code, case)
    time.sleep(HOLD_S)
    answer(_folder, self.request.id, done)

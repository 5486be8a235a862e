"""The service hall with workers of `multiprocessing`: questions as JSON lines in, the answers of all workers out."""

import json
import multiprocessing
import sys
from multiprocessing.connection import Connection

WORKERS = 4


def work(questions: Connection) -> None:
    """Answer until the line ends; a worker that was not forked opens the hall here."""
    from tests.flows.hall import DESKS

    while question := questions.recv():
        name, code, case = question
        questions.send(DESKS[name](code, case))


def main(method: str) -> None:
    """Serve until standard input ends."""
    multiprocessing.set_start_method(method)
    lines, workers = [], []
    for _ in range(WORKERS):
        here, there = multiprocessing.Pipe()
        worker = multiprocessing.Process(target=work, args=(there,))
        worker.start()
        there.close()
        lines.append(here)
        workers.append(worker)
    for question in sys.stdin:
        for line in lines:
            line.send(json.loads(question))
        print(json.dumps([line.recv() for line in lines]), flush=True)
    for line in lines:
        line.send(None)
    for worker in workers:
        worker.join()
    sys.exit(any(worker.exitcode for worker in workers))


if __name__ == "__main__":
    import tests.flows.hall  # noqa: F401 — opened here first, as an application is

    main(sys.argv[1])

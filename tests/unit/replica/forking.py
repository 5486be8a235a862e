"""What holds in a forked child."""

import os
import sys
import traceback
import warnings
from collections.abc import Callable


def in_child(work: Callable[[], bool]) -> bool:
    """Whether ``work`` holds in a forked child, which ends at once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is what is tested
        child = os.fork()
    if child == 0:
        held = False
        try:
            held = work()
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stderr.flush()
            os._exit(0 if held else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

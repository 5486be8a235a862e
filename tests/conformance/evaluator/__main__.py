"""The answer of a receipt, decided anew."""

import sys
from pathlib import Path

from tests.conformance.evaluator.receipt import decided_anew

print(decided_anew(*(Path(name).read_bytes() for name in sys.argv[1:3])).decode())

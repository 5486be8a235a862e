"""An independent evaluator, from `docs/reference/decisions.md` alone, in Python without anything of ours.

`python -m tests.conformance.evaluator RECEIPT ROOT_JSON` decides the answer of a receipt anew and prints it. It follows
no signature; that is what `verifier.py` does.
"""

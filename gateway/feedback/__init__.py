"""The fourth step of the loop (反馈): records of checks and outcomes come in, each counted once, and become figures."""

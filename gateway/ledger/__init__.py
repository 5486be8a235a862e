"""台账: what was done in the registry, by whom and when; append-only and hash-chained."""

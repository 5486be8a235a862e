"""The registry (名单登记): entries, who determined them, how they end, and what is published of them."""

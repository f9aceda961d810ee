"""What happened, by whom and why: append-only, hash-chained, in the same transaction as the change."""

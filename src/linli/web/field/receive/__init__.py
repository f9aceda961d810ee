"""Taking in what phones send: once each, in any order, nothing lost and nothing overwritten."""

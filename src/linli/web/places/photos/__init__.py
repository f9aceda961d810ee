"""Photos of records: drawn anew, kept, withdrawn."""

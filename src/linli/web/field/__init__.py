"""现场调查 field: the survey form on a phone, kept without a network, conflicts decided by a person."""

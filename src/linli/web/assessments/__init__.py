"""评估 assessments: a frozen round against the standards, kept with the versions of data, rules and engine."""

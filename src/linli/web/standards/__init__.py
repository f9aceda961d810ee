"""标准 standards: the rules with dates and clauses, the city's own packs under review, and waivers."""

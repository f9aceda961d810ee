"""调查轮次 surveys: rounds with dates and a state, what each community has handed in, bulk layers, freezing."""

"""Two rounds, or two runs, side by side: asked for, worked out, decided where a match is doubtful, shown."""

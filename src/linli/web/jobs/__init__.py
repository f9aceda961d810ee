"""Long work with stages and progress, done by a worker, that can be left, found again and cancelled."""

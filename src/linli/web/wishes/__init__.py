"""居民需求 wishes: questionnaires by community, each household counted once, and the share of households asked."""

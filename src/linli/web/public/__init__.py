"""公开 public: what residents may see of results and projects, and what they report."""

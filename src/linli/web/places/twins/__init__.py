"""Records that may be duplicates: found, and parted or merged by a person."""

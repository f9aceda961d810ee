"""The demo site: an invented city and people of each role, taken round the loop by the same services as all."""

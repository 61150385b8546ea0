"""The use cases: plan a run, run it, merge and judge, heal and judge again, record."""

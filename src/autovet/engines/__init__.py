"""The four engines: they take facts and give back data."""

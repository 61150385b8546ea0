"""The command ``autovet``."""


def main() -> None:
    """Run the command line."""

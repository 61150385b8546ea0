"""The command ``autovet``."""

import sys


def main() -> None:
    """Run the command line; asking for the version imports nothing else."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from autovet import __version__  # noqa: PLC0415 (the point of this branch)

        sys.stdout.write(f"autovet {__version__}\n")
        return
    from autovet.interfaces.cli.app import run  # noqa: PLC0415 (heavy)

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

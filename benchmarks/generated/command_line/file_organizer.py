#!/usr/bin/env python3
"""Organize the files of a directory into folders by type."""

import argparse
import logging
import os
import shutil
from datetime import datetime

FILE_TYPES = {
    "Images": [".jpg", ".jpeg", ".png", ".gif", ".bmp", ".svg"],
    "Documents": [".pdf", ".doc", ".docx", ".txt", ".odt", ".md"],
    "Videos": [".mp4", ".avi", ".mkv", ".mov"],
    "Music": [".mp3", ".wav", ".flac", ".ogg"],
    "Archives": [".zip", ".tar", ".gz", ".rar"],
}


def setup_logging(verbose=False):
    """Configure logging."""
    level = logging.DEBUG if verbose else logging.INFO
    logging.basicConfig(level=level, format="%(levelname)s: %(message)s")


def get_category(extension):
    """Return the folder for an extension."""
    for category, extensions in FILE_TYPES.items():
        if extension.lower() in extensions:
            return category
    return "Other"


def get_unique_path(path):
    """Return a path that does not exist yet."""
    if not os.path.exists(path):
        return path
    base, extension = os.path.splitext(path)
    counter = 1
    while os.path.exists(f"{base}_{counter}{extension}"):
        counter += 1
    return f"{base}_{counter}{extension}"


def organize(directory, dry_run=False, by_date=False):
    """Move the files of a directory into category folders."""
    moved = 0
    for filename in os.listdir(directory):
        filepath = os.path.join(directory, filename)
        if os.path.isfile(filepath):
            if not filename.startswith("."):
                _, extension = os.path.splitext(filename)
                category = get_category(extension)
                if by_date:
                    timestamp = os.path.getmtime(filepath)
                    date = datetime.fromtimestamp(timestamp)
                    folder = os.path.join(directory, category, date.strftime("%Y-%m"))
                else:
                    folder = os.path.join(directory, category)
                destination = get_unique_path(os.path.join(folder, filename))
                if dry_run:
                    print(f"Would move {filename} -> {destination}")
                else:
                    if not os.path.exists(folder):
                        os.makedirs(folder)
                    shutil.move(filepath, destination)
                    logging.info(f"Moved {filename} -> {destination}")
                moved += 1
    return moved


def main():
    """Entry point."""
    parser = argparse.ArgumentParser(description="Organize files by type")
    parser.add_argument("directory", help="directory to organize")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be done")
    parser.add_argument("--by-date", action="store_true", help="use a folder per month")
    parser.add_argument("-v", "--verbose", action="store_true")
    args = parser.parse_args()

    setup_logging(args.verbose)
    if not os.path.isdir(args.directory):
        parser.error(f"{args.directory} is not a directory")
    count = organize(args.directory, args.dry_run, args.by_date)
    print(f"{count} files organized")


if __name__ == "__main__":
    main()

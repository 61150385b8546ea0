"""Find and merge duplicate contacts in a CSV file."""

import csv
import re
from collections import defaultdict
from difflib import SequenceMatcher
from pathlib import Path

FIELDS = ["name", "email", "phone", "company"]


def normalize_phone(phone: str) -> str:
    """Keep only the digits of a phone number."""
    return re.sub(r"\D", "", phone)


def normalize_email(email: str) -> str:
    """Lower-case an address and drop the tag of its local part."""
    email = email.strip().lower()
    local, _, domain = email.partition("@")
    local = local.split("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local = local.replace(".", "")
    return f"{local}@{domain}"


def similarity(a: str, b: str) -> float:
    """How alike two names are, from 0 to 1."""
    return SequenceMatcher(None, a.lower(), b.lower()).ratio()


def read_contacts(path: Path) -> list[dict[str, str]]:
    """Read the contacts of a CSV file."""
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def find_duplicates(contacts: list[dict[str, str]], threshold: float = 0.9):
    """Return pairs of contacts that look like the same person."""
    duplicates = []
    seen = []
    for i in range(len(contacts)):
        for j in range(i + 1, len(contacts)):
            first, second = contacts[i], contacts[j]
            same_email = normalize_email(first["email"]) == normalize_email(second["email"])
            same_phone = normalize_phone(first["phone"]) == normalize_phone(second["phone"])
            same_name = similarity(first["name"], second["name"]) >= threshold
            if same_email or same_phone and same_name:
                if (i, j) not in seen:
                    seen.append((i, j))
                    duplicates.append((first, second))
    return duplicates


def group_by_email(contacts: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Group the contacts by their normalized address."""
    groups = defaultdict(list)
    for contact in contacts:
        groups[normalize_email(contact["email"])].append(contact)
    return groups


def merge(group: list[dict[str, str]]) -> dict[str, str]:
    """Merge contacts: the longest value of each field wins."""
    merged = {}
    for field in FIELDS:
        merged[field] = max((contact.get(field) or "" for contact in group), key=len)
    return merged


def write_contacts(path: Path, contacts: list[dict[str, str]]) -> None:
    """Write contacts to a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, fieldnames=FIELDS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(contacts)


def dedupe(source: Path, target: Path) -> tuple[int, int]:
    """Merge duplicates; return the number of contacts before and after."""
    contacts = read_contacts(source)
    merged = [merge(group) for group in group_by_email(contacts).values()]
    write_contacts(target, merged)
    return len(contacts), len(merged)

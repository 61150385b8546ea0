"""A small command line password manager."""

import base64
import getpass
import json
import os
import secrets
import string
import sys

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

VAULT_FILE = os.path.expanduser("~/.vault.json")


def derive_key(password: str, salt: bytes) -> bytes:
    """Derive an encryption key from the master password."""
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=480_000)
    return base64.urlsafe_b64encode(kdf.derive(password.encode()))


class Vault:
    """An encrypted store of passwords."""

    def __init__(self, path: str, master_password: str):
        self.path = path
        self.entries = {}
        if os.path.exists(path):
            with open(path) as f:
                data = json.load(f)
            self.salt = base64.b64decode(data["salt"])
            self.fernet = Fernet(derive_key(master_password, self.salt))
            decrypted = self.fernet.decrypt(data["entries"].encode())
            self.entries = json.loads(decrypted)
        else:
            self.salt = os.urandom(16)
            self.fernet = Fernet(derive_key(master_password, self.salt))

    def save(self):
        """Write the vault to disk."""
        encrypted = self.fernet.encrypt(json.dumps(self.entries).encode())
        data = {"salt": base64.b64encode(self.salt).decode(), "entries": encrypted.decode()}
        with open(self.path, "w") as f:
            json.dump(data, f)

    def add(self, name: str, username: str, password: str):
        """Add or replace an entry."""
        self.entries[name] = {"username": username, "password": password}
        self.save()

    def get(self, name: str):
        """Return an entry, or None."""
        return self.entries.get(name)

    def delete(self, name: str) -> bool:
        """Delete an entry; tell whether it existed."""
        if name in self.entries:
            del self.entries[name]
            self.save()
            return True
        return False


def generate_password(length: int = 20, symbols: bool = True) -> str:
    """Generate a random password."""
    alphabet = string.ascii_letters + string.digits
    if symbols:
        alphabet += string.punctuation
    return "".join(secrets.choice(alphabet) for _ in range(length))


def main():
    """Read the command and run it."""
    if len(sys.argv) < 2:
        print("Usage: vault [add|get|list|delete|generate] [name]")
        sys.exit(1)

    command = sys.argv[1]
    if command == "generate":
        length = int(sys.argv[2]) if len(sys.argv) > 2 else 20
        print(generate_password(length))
        return

    try:
        vault = Vault(VAULT_FILE, getpass.getpass("Master password: "))
    except InvalidToken:
        print("Wrong master password")
        sys.exit(1)

    if command == "add":
        name = sys.argv[2]
        username = input("Username: ")
        password = getpass.getpass("Password (empty to generate): ") or generate_password()
        vault.add(name, username, password)
        print(f"Saved {name}")
    elif command == "get":
        entry = vault.get(sys.argv[2])
        if entry:
            print(f"{entry['username']}: {entry['password']}")
        else:
            print("Not found")
    elif command == "list":
        for name in sorted(vault.entries):
            print(name)
    elif command == "delete":
        print("Deleted" if vault.delete(sys.argv[2]) else "Not found")
    else:
        print(f"Unknown command: {command}")
        sys.exit(1)


if __name__ == "__main__":
    main()

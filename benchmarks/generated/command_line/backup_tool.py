"""Back up directories to compressed archives and keep only the newest ones."""

import json
import os
import tarfile
import time
from abc import ABC, abstractmethod
from datetime import datetime
from typing import List, Optional


class BackupStrategy(ABC):
    """How a backup is stored."""

    @abstractmethod
    def store(self, source: str, destination: str) -> str:
        """Store the source and return the path of the archive."""
        pass


class TarGzStrategy(BackupStrategy):
    """Stores backups as compressed tar archives."""

    def store(self, source: str, destination: str) -> str:
        """Create the archive."""
        timestamp = datetime.now().strftime("%Y%m%d_%H%M%S")
        name = os.path.basename(os.path.normpath(source))
        archive = os.path.join(destination, f"{name}_{timestamp}.tar.gz")
        tar = tarfile.open(archive, "w:gz")
        tar.add(source, arcname=name)
        tar.close()
        return archive


class BackupConfig:
    """Settings of the backup."""

    def __init__(self, path: str):
        self.path = path
        self.sources: List[str] = []
        self.destination: Optional[str] = None
        self.keep = 5
        self.compress_level = 9
        self.load()

    def load(self):
        """Load the settings from JSON."""
        with open(self.path) as f:
            data = json.load(f)
        self.sources = data["sources"]
        self.destination = data["destination"]
        self.keep = data.get("keep", 5)


class BackupManager:
    """Runs backups."""

    _instance = None

    def __new__(cls, *args, **kwargs):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __init__(self, config: BackupConfig, strategy: BackupStrategy = None):
        self.config = config
        self.strategy = strategy or TarGzStrategy()
        self.history = []

    def run(self):
        """Back up all sources."""
        os.makedirs(self.config.destination, exist_ok=True)
        for source in self.config.sources:
            try:
                start = time.time()
                archive = self.strategy.store(source, self.config.destination)
                elapsed = time.time() - start
                self.history.append((source, archive, elapsed))
                print(f"[OK] {source} -> {archive} ({elapsed:.1f}s)")
            except Exception as e:
                print(f"[FAILED] {source}: {e}")
        self.cleanup()

    def cleanup(self):
        """Delete the oldest archives of each source."""
        for source in self.config.sources:
            name = os.path.basename(os.path.normpath(source))
            archives = [
                f for f in os.listdir(self.config.destination) if f.startswith(name + "_")
            ]
            archives.sort()
            while len(archives) > self.config.keep:
                oldest = archives.pop(0)
                os.remove(os.path.join(self.config.destination, oldest))
                print(f"Removed old backup {oldest}")

    def verify(self, archive):
        """Check whether an archive can be read."""
        # TODO: implement checksum verification
        return True


if __name__ == "__main__":
    manager = BackupManager(BackupConfig("backup.json"))
    manager.run()

"""Load configuration from files and the environment."""

import configparser
import json
import os
from abc import ABC, abstractmethod
from typing import Any, Dict

import yaml


class ConfigLoaderBase(ABC):
    """Base class of all loaders."""

    @abstractmethod
    def load(self, path: str) -> Dict[str, Any]:
        """Load a file."""


class JsonLoader(ConfigLoaderBase):
    """Loads JSON files."""

    def load(self, path: str) -> Dict[str, Any]:
        with open(path) as f:
            return json.load(f)


class YamlLoader(ConfigLoaderBase):
    """Loads YAML files."""

    def load(self, path: str) -> Dict[str, Any]:
        with open(path) as f:
            return yaml.safe_load(f)


class IniLoader(ConfigLoaderBase):
    """Loads INI files."""

    def load(self, path: str) -> Dict[str, Any]:
        parser = configparser.ConfigParser()
        parser.read(path)
        return {section: dict(parser[section]) for section in parser.sections()}


class LoaderFactory:
    """Creates the loader for a file."""

    @staticmethod
    def create(path: str) -> ConfigLoaderBase:
        """Return the loader for the extension of the path."""
        extension = os.path.splitext(path)[1]
        if extension == ".json":
            return JsonLoader()
        elif extension == ".yaml" or extension == ".yml":
            return YamlLoader()
        elif extension == ".ini":
            return IniLoader()
        else:
            raise ValueError("Unsupported file type: " + extension)


class Config:
    """The merged configuration."""

    def __init__(self, defaults: Dict[str, Any] = {}, env_prefix: str = "APP_"):
        self.data = defaults
        self.env_prefix = env_prefix

    def load_file(self, path: str) -> None:
        """Merge a file into the configuration."""
        try:
            values = LoaderFactory.create(path).load(path)
            self.merge(values)
        except Exception:
            print(f"Warning: could not load {path}")

    def merge(self, values: Dict[str, Any], target: Dict[str, Any] = None) -> None:
        """Merge nested values."""
        if target is None:
            target = self.data
        for key, value in values.items():
            if isinstance(value, dict) and isinstance(target.get(key), dict):
                self.merge(value, target[key])
            else:
                target[key] = value

    def load_env(self) -> None:
        """Read settings from the environment: APP_DB__HOST sets db.host."""
        for key, value in os.environ.items():
            if key.startswith(self.env_prefix):
                parts = key[len(self.env_prefix) :].lower().split("__")
                target = self.data
                for part in parts[:-1]:
                    target = target.setdefault(part, {})
                target[parts[-1]] = value

    def get(self, path: str, default: Any = None) -> Any:
        """Return a value by its dotted path."""
        value = self.data
        for part in path.split("."):
            if isinstance(value, dict) and part in value:
                value = value[part]
            else:
                return default
        return value

"""User sessions in Redis with a fallback to memory."""

import json
import time
import uuid
from typing import Any, Dict, Optional

import redis


class SessionStore:
    """Stores sessions of users."""

    def __init__(self, url: str = "redis://localhost:6379/0", ttl: int = 3600, prefix: str = "session"):
        self.ttl = ttl
        self.prefix = prefix
        self._memory: Dict[str, Any] = {}
        try:
            self.client = redis.Redis.from_url(url, decode_responses=True)
            self.client.ping()
            self.use_redis = True
        except redis.ConnectionError:
            print("Redis not available, falling back to memory")
            self.client = None
            self.use_redis = False

    def _key(self, session_id: str) -> str:
        return f"{self.prefix}:{session_id}"

    def create(self, user_id: int, data: Optional[Dict[str, Any]] = None) -> str:
        """Create a session and return its id."""
        session_id = uuid.uuid4().hex
        session = {
            "user_id": user_id,
            "data": data or {},
            "created_at": time.time(),
            "last_access": time.time(),
        }
        if self.use_redis:
            self.client.setex(self._key(session_id), self.ttl, json.dumps(session))
        else:
            self._memory[self._key(session_id)] = session
        return session_id

    def get(self, session_id: str) -> Optional[Dict[str, Any]]:
        """Return a session and mark it as used."""
        if self.use_redis:
            raw = self.client.get(self._key(session_id))
            if raw is None:
                return None
            session = json.loads(raw)
            session["last_access"] = time.time()
            self.client.setex(self._key(session_id), self.ttl, json.dumps(session))
            return session
        else:
            session = self._memory.get(self._key(session_id))
            if session is None:
                return None
            if time.time() - session["last_access"] > self.ttl:
                del self._memory[self._key(session_id)]
                return None
            session["last_access"] = time.time()
            return session

    def update(self, session_id: str, **values: Any) -> bool:
        """Change the data of a session."""
        session = self.get(session_id)
        if session is None:
            return False
        session["data"].update(values)
        if self.use_redis:
            self.client.setex(self._key(session_id), self.ttl, json.dumps(session))
        else:
            self._memory[self._key(session_id)] = session
        return True

    def delete(self, session_id: str) -> None:
        """Delete a session."""
        if self.use_redis:
            self.client.delete(self._key(session_id))
        else:
            self._memory.pop(self._key(session_id), None)

    def delete_all_for_user(self, user_id: int) -> int:
        """Delete all sessions of a user."""
        deleted = 0
        if self.use_redis:
            for key in self.client.keys(f"{self.prefix}:*"):
                session = json.loads(self.client.get(key))
                if session["user_id"] == user_id:
                    self.client.delete(key)
                    deleted += 1
        else:
            for key, session in list(self._memory.items()):
                if session["user_id"] == user_id:
                    del self._memory[key]
                    deleted += 1
        return deleted

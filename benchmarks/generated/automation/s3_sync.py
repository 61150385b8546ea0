"""Synchronize a local directory with an S3 bucket."""

import argparse
import hashlib
import logging
import mimetypes
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

logger = logging.getLogger(__name__)

CHUNK_SIZE = 1024 * 1024


def md5_of(path: Path) -> str:
    """Return the MD5 checksum that S3 uses as ETag for small objects."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK_SIZE):
            digest.update(chunk)
    return digest.hexdigest()


def local_files(root: Path) -> dict[str, Path]:
    """Map the key of each local file to its path."""
    return {
        path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()
    }


class Bucket:
    """One bucket, below an optional prefix."""

    def __init__(self, name: str, prefix: str = "") -> None:
        self.name = name
        self.prefix = prefix.strip("/") + "/" if prefix else ""
        self._client = boto3.client("s3")

    def etags(self) -> dict[str, str]:
        """Map the key of each object to its ETag."""
        found = {}
        paginator = self._client.get_paginator("list_objects_v2")
        for page in paginator.paginate(Bucket=self.name, Prefix=self.prefix):
            for item in page.get("Contents", []):
                found[item["Key"][len(self.prefix) :]] = item["ETag"].strip('"')
        return found

    def upload(self, key: str, path: Path) -> None:
        """Upload one file."""
        content_type, _ = mimetypes.guess_type(path.name)
        extra = {"ContentType": content_type} if content_type else {}
        self._client.upload_file(str(path), self.name, self.prefix + key, ExtraArgs=extra)

    def delete(self, keys: list[str]) -> None:
        """Delete objects, a thousand at a time."""
        for start in range(0, len(keys), 1000):
            batch = [{"Key": self.prefix + key} for key in keys[start : start + 1000]]
            self._client.delete_objects(Bucket=self.name, Delete={"Objects": batch})


def sync(root: Path, bucket: Bucket, delete: bool = False, workers: int = 8) -> tuple[int, int]:
    """Upload changed files; return how many were uploaded and deleted."""
    files = local_files(root)
    remote = bucket.etags()
    changed = [key for key, path in files.items() if remote.get(key) != md5_of(path)]
    uploaded = 0
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = {pool.submit(bucket.upload, key, files[key]): key for key in changed}
        for future in as_completed(futures):
            try:
                future.result()
                uploaded += 1
            except ClientError:
                logger.exception("upload of %s failed", futures[future])
    stale = [key for key in remote if key not in files] if delete else []
    if stale:
        bucket.delete(stale)
    return uploaded, len(stale)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("bucket")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--delete", action="store_true", help="delete what is not there locally")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    uploaded, deleted = sync(args.root, Bucket(args.bucket, args.prefix), args.delete)
    print(f"{uploaded} uploaded, {deleted} deleted")


if __name__ == "__main__":
    main()

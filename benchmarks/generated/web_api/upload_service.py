"""File upload endpoints for a FastAPI application."""

import hashlib
import os
import shutil
from pathlib import Path

from fastapi import APIRouter, File, HTTPException, UploadFile
from fastapi.responses import FileResponse

router = APIRouter(prefix="/files", tags=["files"])

UPLOAD_DIR = Path("uploads")
UPLOAD_DIR.mkdir(exist_ok=True)

ALLOWED_EXTENSIONS = [".jpg", ".jpeg", ".png", ".gif", ".pdf", ".txt"]
MAX_SIZE = 10 * 1024 * 1024


def is_allowed(filename: str) -> bool:
    """Whether files with this extension may be uploaded."""
    return os.path.splitext(filename)[1].lower() in ALLOWED_EXTENSIONS


def compute_checksum(path: Path) -> str:
    """Return the SHA-256 checksum of a file."""
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


@router.post("/")
async def upload_file(file: UploadFile = File(...)):
    """Store an uploaded file."""
    if not is_allowed(file.filename):
        raise HTTPException(status_code=400, detail="File type not allowed")

    contents = await file.read()
    if len(contents) > MAX_SIZE:
        raise HTTPException(status_code=413, detail="File too large")

    destination = UPLOAD_DIR / file.filename
    with open(destination, "wb") as f:
        f.write(contents)

    return {
        "filename": file.filename,
        "size": len(contents),
        "checksum": compute_checksum(destination),
    }


@router.post("/batch")
async def upload_many(files: list[UploadFile] = File(...)):
    """Store several files and report on each."""
    results = []
    for file in files:
        if not is_allowed(file.filename):
            results.append({"filename": file.filename, "status": "rejected"})
            continue
        destination = UPLOAD_DIR / file.filename
        with destination.open("wb") as target:
            shutil.copyfileobj(file.file, target)
        results.append({"filename": file.filename, "status": "stored"})
    return {"results": results}


@router.get("/")
async def list_files():
    """List all stored files."""
    return [
        {"filename": p.name, "size": p.stat().st_size}
        for p in sorted(UPLOAD_DIR.iterdir())
        if p.is_file()
    ]


@router.get("/{filename}")
async def download_file(filename: str):
    """Send a stored file."""
    path = UPLOAD_DIR / filename
    if not path.exists():
        raise HTTPException(status_code=404, detail="File not found")
    return FileResponse(path)


@router.delete("/{filename}")
async def delete_file(filename: str):
    """Delete a stored file."""
    path = UPLOAD_DIR / filename
    try:
        path.unlink()
    except FileNotFoundError:
        raise HTTPException(status_code=404, detail="File not found") from None
    return {"status": "deleted"}

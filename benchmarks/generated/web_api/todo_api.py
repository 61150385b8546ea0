"""A simple to-do REST API built with FastAPI."""

from datetime import datetime
from typing import Optional
from uuid import uuid4

from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel, Field

app = FastAPI(title="Todo API", version="1.0.0")

todos: dict[str, "Todo"] = {}


class TodoCreate(BaseModel):
    """Payload for creating a to-do item."""

    title: str = Field(..., min_length=1, max_length=200)
    description: Optional[str] = None
    due: Optional[datetime] = None
    priority: int = Field(3, ge=1, le=5)


class TodoUpdate(BaseModel):
    """Payload for changing a to-do item."""

    title: Optional[str] = Field(None, min_length=1, max_length=200)
    description: Optional[str] = None
    due: Optional[datetime] = None
    priority: Optional[int] = Field(None, ge=1, le=5)
    done: Optional[bool] = None


class Todo(TodoCreate):
    """A stored to-do item."""

    id: str
    done: bool = False
    created_at: datetime


@app.get("/todos", response_model=list[Todo])
async def list_todos(
    done: Optional[bool] = None,
    skip: int = Query(0, ge=0),
    limit: int = Query(50, ge=1, le=100),
):
    """List to-do items, newest first."""
    items = sorted(todos.values(), key=lambda todo: todo.created_at, reverse=True)
    if done is not None:
        items = [todo for todo in items if todo.done == done]
    return items[skip : skip + limit]


@app.post("/todos", response_model=Todo, status_code=201)
async def create_todo(payload: TodoCreate):
    """Create a to-do item."""
    todo = Todo(id=str(uuid4()), created_at=datetime.utcnow(), **payload.model_dump())
    todos[todo.id] = todo
    return todo


@app.get("/todos/{todo_id}", response_model=Todo)
async def get_todo(todo_id: str):
    """Return one to-do item."""
    if todo_id not in todos:
        raise HTTPException(status_code=404, detail="Todo not found")
    return todos[todo_id]


@app.patch("/todos/{todo_id}", response_model=Todo)
async def update_todo(todo_id: str, payload: TodoUpdate):
    """Change the given fields of a to-do item."""
    if todo_id not in todos:
        raise HTTPException(status_code=404, detail="Todo not found")
    changes = payload.model_dump(exclude_unset=True)
    todos[todo_id] = todos[todo_id].model_copy(update=changes)
    return todos[todo_id]


@app.delete("/todos/{todo_id}", status_code=204)
async def delete_todo(todo_id: str):
    """Delete a to-do item."""
    if todo_id not in todos:
        raise HTTPException(status_code=404, detail="Todo not found")
    del todos[todo_id]

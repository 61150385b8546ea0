"""Models and queries of a small blog."""

from datetime import datetime

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Table, Text, create_engine
from sqlalchemy.orm import Session, declarative_base, relationship, sessionmaker

Base = declarative_base()

post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Author(Base):
    """Someone who writes posts."""

    __tablename__ = "authors"

    id = Column(Integer, primary_key=True)
    name = Column(String(100), nullable=False)
    email = Column(String(200), unique=True)
    posts = relationship("Post", back_populates="author")


class Post(Base):
    """A blog post."""

    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    title = Column(String(200), nullable=False)
    body = Column(Text)
    created_at = Column(DateTime, default=datetime.utcnow)
    author_id = Column(ForeignKey("authors.id"))
    author = relationship("Author", back_populates="posts")
    tags = relationship("Tag", secondary=post_tags, back_populates="posts")


class Tag(Base):
    """A label of posts."""

    __tablename__ = "tags"

    id = Column(Integer, primary_key=True)
    name = Column(String(50), unique=True)
    posts = relationship("Post", secondary=post_tags, back_populates="tags")


engine = create_engine("sqlite:///blog.db")
SessionLocal = sessionmaker(bind=engine)


def init_db():
    """Create all tables."""
    Base.metadata.create_all(engine)


def create_post(session: Session, author_id: int, title: str, body: str, tag_names: list):
    """Create a post with its tags."""
    tags = []
    for name in tag_names:
        tag = session.query(Tag).filter(Tag.name == name).first()
        if not tag:
            tag = Tag(name=name)
            session.add(tag)
        tags.append(tag)
    post = Post(title=title, body=body, author_id=author_id, tags=tags)
    session.add(post)
    session.commit()
    return post


def recent_posts(session: Session, limit: int = 10):
    """Return the newest posts with author and tags, ready for a template."""
    posts = session.query(Post).order_by(Post.created_at.desc()).limit(limit).all()
    result = []
    for post in posts:
        result.append(
            {
                "title": post.title,
                "author": post.author.name,
                "tags": [tag.name for tag in post.tags],
                "created_at": post.created_at.isoformat(),
            }
        )
    return result


def count_posts(session: Session, author_id: int) -> int:
    """Count the posts of an author."""
    return len(session.query(Post).filter(Post.author_id == author_id).all())


def delete_author(author_id: int):
    """Delete an author and all posts."""
    session = SessionLocal()
    author = session.get(Author, author_id)
    if author is None:
        return False
    for post in author.posts:
        session.delete(post)
    session.delete(author)
    session.commit()
    session.close()
    return True


def search_posts(session: Session, term: str):
    """Find posts whose title or body contains the term."""
    pattern = f"%{term}%"
    return session.query(Post).filter(Post.title.ilike(pattern) | Post.body.ilike(pattern)).all()

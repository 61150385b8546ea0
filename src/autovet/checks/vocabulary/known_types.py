"""Which library functions and methods return an instance of which class."""

# functions that return an instance of a class with another name
BUILDERS = {
    "sqlite3.connect": "sqlite3.Connection",
    "sqlite3.dbapi2.connect": "sqlite3.Connection",
    "aiosqlite.connect": "aiosqlite.Connection",
    "psycopg.connect": "psycopg.Connection",
    "psycopg.Connection.connect": "psycopg.Connection",
    "psycopg.AsyncConnection.connect": "psycopg.AsyncConnection",
    "psycopg2.connect": "psycopg2.Connection",
    "pymysql.connect": "pymysql.Connection",
    "MySQLdb.connect": "MySQLdb.Connection",
    "mysql.connector.connect": "mysql.connector.Connection",
    "pyodbc.connect": "pyodbc.Connection",
    "oracledb.connect": "oracledb.Connection",
    "duckdb.connect": "duckdb.Connection",
    "asyncpg.connect": "asyncpg.Connection",
    "asyncpg.create_pool": "asyncpg.Pool",
    "sqlalchemy.create_engine": "sqlalchemy.Engine",
    "sqlalchemy.ext.asyncio.create_async_engine": "sqlalchemy.ext.asyncio.AsyncEngine",
    "sqlalchemy.orm.sessionmaker": "sqlalchemy.orm.sessionmaker",
    "sqlalchemy.ext.asyncio.async_sessionmaker": "sqlalchemy.ext.asyncio.async_sessionmaker",
    "sqlalchemy.orm.create_session": "sqlalchemy.orm.Session",
    "requests.session": "requests.Session",
    "boto3.client": "boto3.client",
    "boto3.resource": "boto3.resource",
    "redis.from_url": "redis.Redis",
    "builtins.open": "io.TextIOWrapper",
    "collections.defaultdict": "collections.defaultdict",
    "collections.deque": "collections.deque",
}

# one class under several names
SAME = {
    "requests.sessions.Session": "requests.Session",
    "psycopg2.extensions.connection": "psycopg2.Connection",
    "psycopg2.extensions.cursor": "psycopg2.Cursor",
    "pymysql.connections.Connection": "pymysql.Connection",
    "pymysql.cursors.Cursor": "pymysql.Cursor",
    "asyncpg.connection.Connection": "asyncpg.Connection",
    "asyncpg.pool.Pool": "asyncpg.Pool",
    "sqlalchemy.orm.session.Session": "sqlalchemy.orm.Session",
    "sqlalchemy.orm.scoped_session": "sqlalchemy.orm.Session",
    "sqlmodel.Session": "sqlalchemy.orm.Session",
    "sqlmodel.ext.asyncio.session.AsyncSession": "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.engine.Connection": "sqlalchemy.Connection",
    "sqlalchemy.engine.Engine": "sqlalchemy.Engine",
}

# calls of an instance, or of one of its methods, that return an instance of something else
METHODS = {
    ("sqlalchemy.orm.sessionmaker", ""): "sqlalchemy.orm.Session",
    ("sqlalchemy.orm.sessionmaker", "begin"): "sqlalchemy.orm.Session",
    ("sqlalchemy.ext.asyncio.async_sessionmaker", ""): "sqlalchemy.ext.asyncio.AsyncSession",
    ("sqlalchemy.ext.asyncio.async_sessionmaker", "begin"): "sqlalchemy.ext.asyncio.AsyncSession",
    ("sqlalchemy.Engine", "connect"): "sqlalchemy.Connection",
    ("sqlalchemy.Engine", "begin"): "sqlalchemy.Connection",
    ("sqlalchemy.ext.asyncio.AsyncEngine", "connect"): "sqlalchemy.ext.asyncio.AsyncConnection",
    ("sqlalchemy.ext.asyncio.AsyncEngine", "begin"): "sqlalchemy.ext.asyncio.AsyncConnection",
    ("asyncpg.Pool", "acquire"): "asyncpg.Connection",
}

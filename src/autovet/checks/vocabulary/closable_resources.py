"""What must be closed after use, and who may hold it without owning it."""

CLOSABLE = frozenset({
    "builtins.open", "io.open", "os.fdopen", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "tarfile.open",
    "gzip.GzipFile", "bz2.BZ2File", "zipfile.ZipFile", "tarfile.TarFile", "wave.open", "shelve.open", "dbm.open",
    "socket.socket", "socket.create_connection", "sqlite3.connect", "urllib.request.urlopen", "mmap.mmap",
    "tempfile.NamedTemporaryFile", "tempfile.TemporaryFile", "tempfile.SpooledTemporaryFile",
    "http.client.HTTPConnection", "http.client.HTTPSConnection", "ftplib.FTP", "ftplib.FTP_TLS", "smtplib.SMTP",
    "smtplib.SMTP_SSL", "imaplib.IMAP4", "imaplib.IMAP4_SSL", "selectors.DefaultSelector",
    "psycopg.connect", "psycopg2.connect", "pymysql.connect", "MySQLdb.connect", "mysql.connector.connect",
    "aiosqlite.connect", "asyncpg.connect", "httpx.Client", "httpx.AsyncClient", "aiohttp.ClientSession",
    "aiofiles.open", "paramiko.SSHClient", "multiprocessing.Pool", "asyncio.Runner",
    "concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor",
})  # fmt: skip

CLOSERS = frozenset({
    "close", "aclose", "shutdown", "quit", "release", "cleanup", "terminate", "detach", "logout", "disconnect",
    "__exit__", "__aexit__", "wait_closed", "dispose",
})  # fmt: skip

# Calls that read from or write to a resource handed to them and never close it.
BORROWERS = frozenset({
    "json.load", "json.dump", "pickle.load", "pickle.dump", "csv.reader", "csv.writer", "csv.DictReader",
    "csv.DictWriter", "tomllib.load", "yaml.safe_load", "yaml.load", "yaml.safe_dump", "yaml.dump",
    "shutil.copyfileobj", "configparser.ConfigParser.read_file", "xml.etree.ElementTree.parse", "builtins.print",
    "builtins.list", "builtins.sorted", "builtins.next", "builtins.iter", "builtins.enumerate", "builtins.zip",
    "builtins.len", "builtins.sum", "builtins.set", "builtins.tuple", "builtins.max", "builtins.min",
    "builtins.isinstance", "builtins.hasattr", "builtins.getattr", "builtins.repr", "builtins.str", "hashlib.file_digest",
    "plistlib.load", "plistlib.dump", "pandas.read_sql", "pandas.read_sql_query", "pandas.read_csv", "select.select",
    "xml.etree.ElementTree.iterparse", "mailbox.mbox", "struct.unpack", "itertools.islice", "fcntl.flock",
})  # fmt: skip

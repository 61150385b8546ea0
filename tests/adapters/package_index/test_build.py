import lzma
import subprocess
import sys
from pathlib import Path

from autovet.adapters.package_index.names import POPULAR_FILE, PublishedNames


def test_the_builder_reads_a_packed_table_and_keeps_the_order_of_ranks(tmp_path: Path) -> None:
    table = tmp_path / "names.tsv.xz"
    table.write_bytes(lzma.compress(b"b\t2020-01\t2\na\t2021-05\t1\nc\t2019-09\t\n"))
    target = tmp_path / "index"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "autovet.adapters.package_index.build",
            str(table),
            "--target",
            str(target),
        ],
        check=True,
        timeout=60,
    )
    assert (target / POPULAR_FILE).read_text("utf-8") == "# 2021-05 3\na\nb\n"
    assert "c" in PublishedNames(target)

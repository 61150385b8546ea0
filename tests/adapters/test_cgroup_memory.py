from autovet.adapters.cgroup_memory import container_memory


def _group(directory, **files):
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / name.replace("__", ".")).write_text(text)


def test_the_smallest_limit_around_us_binds(tmp_path):
    own = tmp_path / "own"
    own.write_text("0::/service/inner\n")
    _group(
        tmp_path / "service" / "inner",
        memory__max="max\n",
        memory__current="300\n",
        memory__stat="anon 100\n",
    )
    _group(
        tmp_path / "service",
        memory__max="5000\n",
        memory__current="900\n",
        memory__stat="anon 1\ninactive_file 200\n",
    )
    assert container_memory(tmp_path, own) == (700, 5000)


def test_version_one(tmp_path):
    own = tmp_path / "own"
    own.write_text("7:cpu,cpuacct:/a\n4:memory:/a\n")
    _group(
        tmp_path / "memory" / "a",
        memory__limit_in_bytes="8000\n",
        memory__usage_in_bytes="1000\n",
        memory__stat="total_inactive_file 400\n",
    )
    assert container_memory(tmp_path, own) == (600, 8000)


def test_no_limit_and_no_control_groups(tmp_path):
    own = tmp_path / "own"
    assert container_memory(tmp_path, own) is None
    own.write_text("4:memory:/a\n")
    _group(
        tmp_path / "memory" / "a",
        memory__limit_in_bytes=f"{2**63 - 4096}\n",
        memory__usage_in_bytes="1000\n",
        memory__stat="total_inactive_file 400\n",
    )
    assert container_memory(tmp_path, own) is None

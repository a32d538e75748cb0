"""What numba has cached is dropped when the code of any kernel changes, and only then."""

from pathlib import Path

from channellab.agents.caches import drop_stale


def test_a_change_of_any_kernel_drops_all_caches(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        (folder / "__pycache__").mkdir(parents=True)
        (folder / "kernel.py").write_text("@njit(cache=True)", encoding="utf-8")
        (folder / "plain.py").write_text("1", encoding="utf-8")
    drop_stale([one, two])
    index = one / "__pycache__" / "kernel.nbi"
    index.touch()
    (two / "plain.py").write_text("2", encoding="utf-8")
    assert not drop_stale([one, two])
    assert index.exists()
    (two / "kernel.py").write_text("@njit(cache=True)  # changed", encoding="utf-8")
    assert drop_stale([one, two])
    assert not index.exists()
    assert not drop_stale([one, two])


def test_a_folder_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("a file where a folder should be", encoding="utf-8")
    assert drop_stale([tmp_path])
    assert drop_stale([tmp_path])

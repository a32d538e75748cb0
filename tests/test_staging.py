"""A result folder appears whole or not at all, and nothing that is not ours is ever lost."""

import os
from pathlib import Path

import pytest

from channellab.scenarios.errors import BadInput
from channellab.staging import MANIFEST, staged

RESULT = [MANIFEST, "result.json", "series/weekly.csv"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(out: str, text: str = "{}") -> None:
    with staged(Path(out)) as folder:
        assert folder is not None
        (folder / "series").mkdir()
        (folder / "series/weekly.csv").write_text("week")
        (folder / "result.json").write_text(text)


def write_half(out: str, error: type[BaseException]) -> None:
    with staged(Path(out)) as folder:
        assert folder is not None
        (folder / "result.json").write_text("half")
        raise error


def listing(folder: str = "result") -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


def neighbours() -> list[str]:
    """Everything in the current folder, hidden or not."""
    return sorted(path.name for path in Path().iterdir())


def test_without_a_folder_nothing_is_written() -> None:
    with staged(None) as folder:
        assert folder is None
    assert neighbours() == []


@pytest.mark.parametrize("out", ["result", "deep/er/result"])
def test_a_new_folder_is_made(out: str) -> None:
    write(out)
    assert listing(out) == RESULT
    assert neighbours() == [out.split("/")[0]]


def test_a_result_is_as_readable_as_any_folder() -> None:
    write("result")
    Path("plain").mkdir()
    assert Path("result").stat().st_mode == Path("plain").stat().st_mode


def test_nothing_appears_before_the_end() -> None:
    with staged(Path("result")) as folder:
        assert folder is not None
        assert folder.parent == Path.cwd()
        assert not Path("result").exists()


def test_an_empty_folder_is_taken() -> None:
    Path("result").mkdir()
    write("result")
    assert listing() == RESULT


def test_an_earlier_result_is_replaced_whole() -> None:
    write("result", "old")
    Path("result/series/weekly.csv").unlink()
    write("result", "new")
    assert listing() == RESULT
    assert Path("result/result.json").read_text() == "new"
    assert neighbours() == ["result"]


def test_a_link_to_a_folder_is_followed() -> None:
    Path("real").mkdir()
    Path("link").symlink_to("real")
    write("link")
    assert Path("link").is_symlink()
    assert listing("real") == RESULT


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_an_earlier_result_survives_whatever_happens(error: type[BaseException]) -> None:
    write("result", "old")
    with pytest.raises(error):
        write_half("result", error)
    assert Path("result/result.json").read_text() == "old"
    assert neighbours() == ["result"]


def test_a_failure_to_put_the_result_in_place_restores_the_old(monkeypatch: pytest.MonkeyPatch) -> None:
    write("result", "old")
    rename = Path.rename

    def moody(self: Path, target: Path) -> Path:
        if target.name == "result" and not self.name.endswith("-old"):
            raise OSError("no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", moody)
    with pytest.raises(OSError, match="no"):
        write("result", "new")
    assert Path("result/result.json").read_text() == "old"
    assert neighbours() == ["result"]


def test_files_that_come_meanwhile_are_not_lost() -> None:
    place = staged(Path("result"))
    place.__enter__()
    Path("result").mkdir()
    Path("result/notes.txt").write_text("mine")
    with pytest.raises(BadInput, match=r"holds notes\.txt"):
        place.__exit__(None, None, None)
    assert listing() == ["notes.txt"]


def test_files_added_to_a_result_keep_it_from_being_replaced() -> None:
    write("result")
    Path("result/notes.txt").write_text("mine")
    with pytest.raises(BadInput, match=r"--out result: holds notes\.txt, which is no result of channellab"):
        write("result")
    assert listing() == sorted([*RESULT, "notes.txt"])


@pytest.mark.parametrize("text", ["not JSON", "5", "[5]", '{"result.json": 1}'])
def test_a_list_of_files_that_is_not_ours_is_not_believed(text: str) -> None:
    Path("result").mkdir()
    Path("result", MANIFEST).write_text(text)
    Path("result/result.json").write_text("")
    with pytest.raises(BadInput, match="is no result of channellab"):
        write("result")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_refused() -> None:
    Path("locked").mkdir(mode=0o500)
    with pytest.raises(BadInput, match="--out locked/result: cannot be written: Permission denied"):
        write("locked/result")

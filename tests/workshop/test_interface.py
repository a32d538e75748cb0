"""The interface: what a room may ask for, what it gets, and what is refused."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from channellab.experiments.compare import compare
from channellab.reports.workshop.crew import Crew
from channellab.reports.workshop.presets import presets, with_preset
from channellab.reports.workshop.words import page_words
from channellab.scenarios.files import Loaded

from .conftest import Served

AB = [{"label": "A"}, {"preset": "selective", "levers": {"layout.selective": 0.4}}]


def events(served: Served, job: str, **headers: str) -> list[tuple[int, str, dict[str, Any]]]:
    """All events of a job: number, kind, data."""
    found = []
    with served.client.stream("GET", f"/api/jobs/{job}/events", headers=headers) as stream:
        text = "".join(stream.iter_text())
    for block in text.split("\n\n"):
        parts = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and line[0] != ":")
        if "data" in parts:
            found.append((int(parts["id"]), parts["event"], json.loads(parts["data"])))
    return found


@pytest.fixture(scope="module")
def job(page: Served) -> str:
    started = page.job(policies=AB)
    assert page.wait(started)["state"] == "done"
    return started


def test_a_coarse_answer_comes_first_and_a_fine_one_after(page: Served, job: str) -> None:
    told = events(page, job)
    assert [number for number, _, _ in told] == list(range(len(told)))
    results = [data for _, kind, data in told if kind == "result"]
    assert [(each["stage"], each["seeds"], each["weeks"]) for each in results] == [("coarse", 1, 26), ("fine", 2, 30)]
    assert results[0]["metrics"]["channel_profit"]["policies"][1]["ci95"] is None
    difference = results[1]["metrics"]["market_share"]["differences"][1]
    assert difference["verdict"] in ("better", "worse", "unclear")
    assert difference["ci95"][0] <= difference["mean"]
    assert told[-1][1] == "state"
    assert told[-1][2]["state"] == "done"


def test_streamed_weeks_are_the_first_seed_of_the_result(page: Served, job: str) -> None:
    told = events(page, job)
    streamed: dict[int, float] = {}
    for _, kind, data in told:
        if kind == "weeks" and data["stage"] == "coarse" and data["policy"] == 1:
            streamed |= dict(zip(data["weeks"], data["series"]["units_sold"], strict=True))
    assert sorted(streamed) == list(range(-1, 27))
    (coarse,) = (data for _, kind, data in told if kind == "result" and data["stage"] == "coarse")
    kept = coarse["weekly"]["units_sold"][1]["mean"]
    assert [streamed[week] for week in range(1, 27)] == pytest.approx(kept, rel=1e-5)


def test_a_job_says_what_the_command_line_says(page: Served, job: str, market: Loaded) -> None:
    result = page.client.get(f"/api/jobs/{job}/result").json()
    selective = with_preset(market, "selective")
    from channellab.scenarios.files import varied

    same = compare([market, _renamed(varied(selective, ["layout.selective=0.4"]), "B")], replications=2)
    for metric in ("channel_profit", "market_share", "weighted_distribution", "conflict_index"):
        found = same.differences()[metric]["B"]
        told = result["metrics"][metric]["differences"][1]
        assert told["mean"] == pytest.approx(found.mean, rel=1e-9, abs=1e-12)
        assert told["ci95"] == pytest.approx([found.low, found.high], rel=1e-9, abs=1e-12)
        assert told["p_holm"] == pytest.approx(found.p_holm, rel=1e-9)


def _renamed(loaded: Loaded, name: str) -> Loaded:
    from dataclasses import replace

    return replace(loaded, name=name)


def test_what_was_played_is_not_played_again_but_told_in_full(
    page: Served, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Crew, "send", None)
    again = page.job(policies=AB)
    assert page.wait(again)["state"] == "done"
    first, second = ([data for _, kind, data in events(page, each) if kind == "result"] for each in (job, again))
    assert first == second
    assert _weeks(page, again) == _weeks(page, job)
    assert {weeks[0] for weeks in _weeks(page, again).values()} == {-1}, "the two weeks of warm-up are left out"


def _weeks(page: Served, job: str) -> dict[tuple[str, int], list[int]]:
    """Weeks that a job has told, by stage and policy."""
    found: dict[tuple[str, int], list[int]] = {}
    for _, kind, data in events(page, job):
        if kind == "weeks":
            found.setdefault((data["stage"], data["policy"]), []).extend(data["weeks"])
    return found


def test_a_browser_that_comes_back_gets_the_rest(page: Served, job: str) -> None:
    whole = events(page, job)
    assert events(page, job, **{"last-event-id": "4"}) == whole[5:]
    assert events(page, job, **{"last-event-id": "nonsense"}) == whole


def test_twenty_watchers_all_receive_every_event(page: Served) -> None:
    from concurrent.futures import ThreadPoolExecutor

    job = page.job(policies=[{"preset": "no_rebate"}], seeds=1)

    def watch(_: int) -> list[tuple[int, str, dict[str, Any]]]:
        with httpx.Client(base_url=page.url, timeout=120) as client:
            return events(Served(page.url, client, page.server), job)

    with ThreadPoolExecutor(20) as pool:
        seen = list(pool.map(watch, range(20)))
    assert len(seen[0]) > 15
    assert all(each == seen[0] for each in seen)


def test_stop_ends_a_job_and_the_worker_goes_on(page: Served) -> None:
    job = page.job(policies=[{"preset": "kols"}], weeks=300)
    assert page.client.post(f"/api/jobs/{job}/stop", json={}).json()["state"] == "stopped"
    assert events(page, job)[-1][2]["state"] == "stopped"
    after = page.job(policies=[{"preset": "price_cut"}], seeds=1, detail="coarse", weeks=2)
    assert page.wait(after)["state"] == "done"


def test_a_new_job_may_take_the_place_of_another(page: Served) -> None:
    old = page.job(policies=[{"preset": "festivals"}], weeks=200)
    new = page.job(policies=[{"preset": "price_cut"}], seeds=1, detail="coarse", weeks=2, replaces=old)
    assert page.client.get(f"/api/jobs/{old}").json()["state"] == "stopped"
    assert page.wait(new)["state"] == "done"


def test_regions_and_their_partners(page: Served, job: str) -> None:
    rows = page.client.get(f"/api/jobs/{job}/regions").json()
    assert len(rows) == 31
    dense, sparse = (np.mean([row["policies"][n]["numeric_distribution"] for row in rows]) for n in (0, 1))
    assert dense > sparse
    story = page.client.get(f"/api/jobs/{job}/regions/440000").json()
    assert len(story) == 2
    assert story[0]["partners"][0]["units_received"] >= story[0]["partners"][1]["units_received"]
    assert page.client.get(f"/api/jobs/{job}/regions/nowhere").json()[0]["all"] == 0


def test_a_partners_story_is_told_under_every_policy(page: Served, job: str) -> None:
    story = page.client.get(f"/api/jobs/{job}/regions/440000").json()
    everybody, selected = ({each["partner"]: each for each in one["partners"]} for one in story)
    shop = next(name for name in selected if name.startswith("retailers"))
    before, after = page.client.get(f"/api/jobs/{job}/partners/{shop}").json()
    assert before["figures"]["satisfaction"]["value"] == everybody[shop]["satisfaction"]
    assert after["figures"]["satisfaction"]["value"] == selected[shop]["satisfaction"]
    assert after["of"] < before["of"], "half of the shops are no partners"
    assert after["quarter"] is None, "distributors supply it"
    largest = story[1]["partners"][0]
    _, told = page.client.get(f"/api/jobs/{job}/partners/{largest['partner']}").json()
    assert told["figures"]["units_received"]["value"] == largest["units_received"]
    assert sum(told["rebates"].values()) == pytest.approx(largest["rebates"])
    assert told["quarter"] == 1
    assert page.client.get(f"/api/jobs/{job}/partners/nobody 1").json() == [None, None]


def test_the_report_of_a_job(page: Served, job: str) -> None:
    answer = page.client.get(f"/api/jobs/{job}/report", params={"lang": "zh"})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert "选择性分销" in answer.text
    assert not re.search(r'(src|href)="https?://', answer.text)


@pytest.mark.parametrize(
    ("request_", "said", "chinese"),
    [
        ({"policies": []}, "policies has 0 entries, allowed are at least 1", "policies 有 0 项，至少要 1 项"),
        ({"policies": [{"label": "x" * 41}]}, "policies.0.label has 41", "policies.0.label 有 41 个字，最多 40 个"),
        (
            {"policies": [{"label": "a\u0007"}]},
            "policies.0.label is empty or",
            "policies.0.label 是空的，或含有无法显示",
        ),
        ({"policies": [{"preset": "none such"}]}, "allowed are today", "卡片：为 'none such'，须为 today"),
        (
            {"policies": [{"levers": {"layout.selective": 1.7}}]},
            "allowed are values up to 1",
            "调节项：layout.selective 为 1.7，须为不超过 1 的值",
        ),
        (
            {"policies": [{"levers": {"layout.selectiv": 0.7}}]},
            "nearest known key is layout.selective",
            "调节项：layout.selectiv 是未知的设置，最接近的是 layout.selective",
        ),
        (
            {"policies": [{"levers": {"consumers.count": 9}}]},
            "no lever",
            "consumers.count 不能调节，只有 layout 与 policy",
        ),
        ({"policies": [{"levers": {"layout.core": "everywhere"}}]}, "allowed are 'intensive'", "须为 'intensive'"),
        (
            {"policies": [{}], "market": "/etc/passwd"},
            "no scenario of the library",
            "市场：为 '/etc/passwd'，情景库里没有",
        ),
        ({"policies": [{}], "weeks": 5000}, "allowed here are up to 320", "加上预热共 5002 周，此处最多 320 周"),
        (
            {"policies": [{}], "seeds": 99},
            "seeds is 99, allowed are values up to 16",
            "请求：seeds 为 99，须为不超过 16 的值",
        ),
        ({"policies": [{}], "surprise": 1}, "surprise is unknown", "请求：surprise 是未知的项目"),
        (
            {"policies": [{}], "weeks": "many"},
            "weeks is 'many', allowed is a whole number",
            "weeks 为 'many'，须为整数",
        ),
    ],
)
def test_what_is_not_allowed_is_said_in_one_sentence_of_either_language(
    page: Served, request_: dict[str, Any], said: str, chinese: str
) -> None:
    for lang, wanted in (("en-GB,en;q=0.9,zh;q=0.8", said), ("zh-CN,zh;q=0.9", chinese)):
        answer = page.client.post("/api/jobs", json=request_, headers={"accept-language": lang})
        assert answer.status_code == 422
        sentence = answer.json()["detail"]
        assert wanted in sentence
        assert "\n" not in sentence
        assert len(sentence) < 400


def test_a_refusal_names_the_setting_for_programs_too(page: Served) -> None:
    wrong = {"policies": [{"levers": {"policy.price.ex_factory_discount": -1}}]}
    answer = page.client.post("/api/jobs", json=wrong).json()
    assert answer["key"] == "policy.price.ex_factory_discount"
    assert answer["key"] in answer["detail"]
    assert "key" not in page.client.post("/api/jobs", json={"policies": []}).json()


def test_there_are_only_so_many_runs_in_the_queue(page: Served) -> None:
    jobs = []
    for seed in range(9):
        answer = page.client.post("/api/jobs", json={"policies": [{}], "weeks": 290, "seeds": 16, "seed": seed})
        if answer.status_code != 201:
            break
        jobs.append(answer.json()["id"])
    assert answer.status_code == 422
    assert "allowed are up to 40" in answer.json()["detail"]
    more = {"policies": [{}], "weeks": 290, "seeds": 16, "seed": 99}
    answer = page.client.post("/api/jobs", json=more, headers={"accept-language": "zh"})
    assert re.search(r"工作坊：等待的运行已有 \d+ 次，加上新的 16 次超过上限 40", answer.json()["detail"])
    for job in jobs:
        page.client.post(f"/api/jobs/{job}/stop", json={})


def test_a_crashed_run_is_one_sentence(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    # Regions that exist in no table: the market refuses to open in the worker, not in the check before.
    answer = page.client.post("/api/jobs", json={"policies": [{"preset": "recipe"}], "market": "us", "weeks": 2})
    assert answer.status_code == 201
    ended = page.wait(answer.json()["id"])
    assert ended["state"] == "failed"
    assert "420000" in ended["problem"]
    assert "\n" not in ended["problem"]
    assert re.search(r"\S is '420000', allowed are regions such as", ended["problem"])
    assert re.search(r"\S 为 '420000'，应为区域代码，如", ended["problem_zh"])
    told = [data for _, kind, data in events(page, ended["id"]) if kind == "state"][-1]
    assert (told["problem"], told["problem_zh"]) == (ended["problem"], ended["problem_zh"])


def test_the_board_can_be_undone(page: Served) -> None:
    first = page.client.get("/api/room").json()["board"]
    board = {**first, "policies": [{}, {"preset": "exclusive", "levers": {"layout.exclusive": 0.25}}], "active": 1}
    assert page.client.put("/api/board", json=board).status_code == 200
    assert page.client.get("/api/room").json()["undo"] == 1
    assert page.client.post("/api/board/undo", json={}).json() == first
    wrong = {**board, "policies": [{"levers": {"layout.exclusive": -1}}]}
    assert page.client.put("/api/board", json=wrong).status_code == 422
    assert page.client.get("/api/room").json()["undo"] == 0


def test_proposals_come_to_the_facilitator(page: Served) -> None:
    proposal = {"name": "<b>Ann</b>", "policy": {"label": "<script>1</script>", "levers": {"layout.selective": 0.3}}}
    kept = page.client.post("/api/proposals", json=proposal)
    assert kept.status_code == 201
    number = kept.json()["number"]
    assert [each["number"] for each in page.client.get("/api/proposals").json()] == [number]
    assert (
        page.client.delete(f"/api/proposals/{number}", headers={"content-type": "application/json"}).status_code == 204
    )
    assert (
        page.client.delete(f"/api/proposals/{number}", headers={"content-type": "application/json"}).status_code == 404
    )


def test_reveal(page: Served, job: str) -> None:
    shown = page.client.put("/api/reveal", json={"job": job, "metric": "market_share"})
    assert shown.status_code == 200
    assert page.client.get("/api/room").json()["revealed"]["job"] == job
    assert page.client.put("/api/reveal", json={"job": "none"}).status_code == 422
    assert page.client.put("/api/reveal", json={"job": None}).json()["job"] is None


def test_levers_come_from_the_schema_and_every_card_fits_the_market(page: Served, market: Loaded) -> None:
    told = page.client.get("/api/levers").json()
    levers = {each["key"]: each for each in told["levers"]}
    share = levers["layout.selective"]
    assert (share["low"], share["high"], share["value"], share["unit"]) == (0, 1, 0.5, "1")
    assert levers["policy.funds.district_support"]["high"] is None
    assert levers["layout.core"]["kind"] == "choice"
    assert all(each["meaning"] for each in told["levers"])
    assert all(re.search("[\u4e00-\u9fff]", each["meaning_zh"]) for each in told["levers"])
    assert [card["name"] for card in told["cards"]] == list(presets())
    for card in told["cards"]:
        assert 1 <= len(card["sight"]) <= 3
        assert all(key in levers for key in card["sight"])
        if card["name"] not in ("today", "intensive"):
            assert with_preset(market, card["name"]).scenario != market.scenario


def test_the_page_speaks_two_languages_alike() -> None:
    english, chinese = page_words("en"), page_words("zh")
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        if not key.startswith(("units.", "metrics.", "number.")):
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", chinese[key])), key
    for name in presets():
        assert f"presets.{name}" in english
        assert f"about.{name}" in english


def test_every_lever_and_choice_has_a_name(page: Served) -> None:
    """Its own, or one of its field; units and bounds stand beside it."""
    known = page_words("zh")
    for lever in page.client.get("/api/levers").json()["levers"]:
        field = lever["key"].rpartition(".")[2]
        assert f"levers.{lever['key']}" in known or f"fields.{field}" in known, lever["key"]
        assert f"groups.{lever['group']}" in known, lever["group"]
        assert lever["unit"] in ("", "1") or f"units.{lever['unit']}" in known, lever["unit"]
        for choice in lever["choices"]:
            assert f"choices.{field}_{choice}" in known or f"choices.{choice}" in known, (lever["key"], choice)


def test_words_that_the_scripts_ask_for_exist() -> None:
    folder = Path(__file__).parents[2] / "reports" / "workshop" / "static"
    known = page_words("en")
    asked = {
        key
        for file in folder.glob("*.js")
        if "echarts" not in file.name
        for key in re.findall(r"\bt\(\"([\w.]+)\"", file.read_text("utf-8"))
    }
    assert len(asked) > 50
    assert asked <= known.keys()


def test_no_script_makes_markup_of_text() -> None:
    folder = Path(__file__).parents[2] / "reports" / "workshop" / "static"
    for file in folder.glob("*.js"):
        if "echarts" not in file.name:
            text = file.read_text("utf-8")
            assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text)


# Who may come in


def test_every_answer_forbids_scripts_from_elsewhere(page: Served) -> None:
    for path in ("/control", "/static/main.js", "/api/room", "/nothing", "/api/jobs/none"):
        policy = page.client.get(path).headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
    document = page.client.get("/control").text
    assert "<style" not in document
    assert not re.search(r"<script(?![^>]*src=)", document)
    assert " on" not in document.lower()


def test_another_name_for_this_machine_gets_nothing(page: Served) -> None:
    assert page.client.get("/api/room", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"content-type": "text/plain"}, 415),
    ],
)
def test_another_page_can_change_nothing(page: Served, headers: dict[str, str], status: int) -> None:
    answer = page.client.post(
        "/api/jobs", content=b'{"policies": [{}]}', headers={"content-type": "application/json", **headers}
    )
    assert answer.status_code == status


def test_a_large_request_is_refused(page: Served) -> None:
    big = b'{"policies": [' + b" " * 100_000 + b"]}"
    assert page.client.post("/api/jobs", content=big, headers={"content-type": "application/json"}).status_code == 413

    def pieces() -> Any:
        for _ in range(100):
            yield b" " * 1000

    answer = page.client.post("/api/jobs", content=pieces(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


def test_there_is_no_code_where_phones_cannot_come(page: Served) -> None:
    assert page.client.get("/api/room").json()["join"] is None
    assert page.client.get("/api/join.svg").status_code == 404


def test_elsewhere_a_token_is_needed(guarded: Served) -> None:
    client = guarded.client
    assert client.get("/control").status_code == 401
    seen = client.get("/join", headers={"accept": "text/html,*/*", "accept-language": "zh-CN"})
    assert (seen.status_code, seen.headers["content-type"]) == (401, "text/plain; charset=utf-8")
    assert seen.text == "访问本页需要口令；请打开命令显示的完整链接，或重新扫码"
    assert client.get("/api/room").status_code == 401
    assert client.get("/api/room", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/api/room", headers={"authorization": "Bearer control-token"}).json()["guest"] is False
    with httpx.Client(base_url=guarded.url) as browser:
        answer = browser.get("/control?token=control-token&job=x")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/control?job=x"
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "SameSite=Strict" in answer.headers["set-cookie"]
        assert browser.get("/api/jobs").status_code == 200
    away = client.get(f"{guarded.url}//evil.example/?token=control-token")
    assert away.headers["location"].startswith("/evil")


def test_participants_may_look_and_propose(guarded: Served) -> None:
    with httpx.Client(base_url=guarded.url, headers={"authorization": "Bearer guest-token"}) as guest:
        room = guest.get("/api/room").json()
        assert room["guest"] is True
        assert room["jobs"] == []
        assert room["proposals"] == []
        assert guest.get("/join").status_code == 200
        assert guest.get("/api/levers").status_code == 200
        code = guest.get("/api/join.svg")
        assert code.headers["content-type"] == "image/svg+xml"
        assert code.text.startswith("<svg ")
        assert room["join"].endswith("/join?token=guest-token")
        for path in ("/control", "/studies", "/api/jobs", "/api/proposals", "/api/studies", "/api/openapi.json"):
            assert guest.get(path).status_code == 403, path
        assert guest.post("/api/jobs", json={"policies": [{}]}).status_code == 403
        assert guest.post("/api/proposals", json={"name": "Ann", "policy": {}}).status_code == 201

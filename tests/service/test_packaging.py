"""What is shipped to run it somewhere fits the program: names of metrics, units, the container file."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

import erp_bridge
from erp_bridge.cli.main import cli
from erp_bridge.config.model import ServiceSettings
from erp_bridge.service.cycle import Outcome, run_cycle
from erp_bridge.service.daemon import Daemon
from erp_bridge.service.metrics import Metrics
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair

ROOT = Path(erp_bridge.__file__).parents[2]
PACKAGING = ROOT / "packaging"
RULES = (PACKAGING / "prometheus" / "erp_bridge.rules.yml").read_text(encoding="utf-8")
DASHBOARDS = {
    path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted((PACKAGING / "grafana").glob("*.json"))
}
UNITS = sorted((PACKAGING / "systemd").glob("*.service"))
CONTAINERFILE = (PACKAGING / "container" / "Containerfile").read_text(encoding="utf-8")

#: Labels that Prometheus itself puts there.
GIVEN = {"instance", "job", "le"}
_SELECTOR = re.compile(r"(erp_bridge_\w+)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)(=~|!=|=|!~)"([^"]*)"')
_GROUPING = re.compile(r"\b(?:by|on) \(([^)]*)\)")


def alert_expressions() -> list[str]:
    found = re.findall(r"^        expr: (?:>-\n((?:          .*\n)+)|(.*)\n)", RULES, re.MULTILINE)
    return [" ".join((folded or plain).split()) for folded, plain in found]


def dashboard_expressions(dashboard: Any) -> list[str]:
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


EXPRESSIONS = [
    *alert_expressions(),
    *(e for dashboard in DASHBOARDS.values() for e in dashboard_expressions(dashboard)),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Names of real samples of a service after a pass, and their labels."""
    return asyncio.run(_served(SimulatedPair(tmp_path_factory.mktemp("pair"))))


async def _served(pair: SimulatedPair) -> dict[str, set[str]]:
    async with pair.bridge() as bridge:
        daemon = Daemon(bridge.config, bridge.network, bridge=lambda config, network: bridge)
        metrics = Metrics(bridge.clock)
        bridge.network.observers.append(metrics.asked)
        metrics.watch(daemon)
        metrics.passed(await run_cycle(bridge, "suporte"))
        metrics.notices.labels("failed").inc()
        metrics.reloads.labels("refused").inc()
        found: dict[str, set[str]] = {}
        for family in text_string_to_metric_families(metrics.text().decode()):
            for sample in family.samples:
                found.setdefault(sample.name, set()).update(sample.labels)
        return found


def test_there_is_something_to_look_at() -> None:
    assert len(alert_expressions()) == RULES.count("- alert:") >= 10
    assert sorted(DASHBOARDS) == ["erp_bridge.json", "erp_bridge.pt-BR.json"]
    assert len(UNITS) == 2


def test_every_name_and_label_is_one_that_is_served(served: dict[str, set[str]]) -> None:
    for expression in EXPRESSIONS:
        labels: set[str] = set()
        for name, matchers in _SELECTOR.findall(expression):
            assert name in served, f"{name} in {expression}"
            labels |= served[name]
            for label, _, _ in _MATCHER.findall(matchers):
                assert label in served[name], f"{label} of {name} in {expression}"
        for grouping in _GROUPING.findall(expression):
            assert {label.strip() for label in grouping.split(",")} <= labels | GIVEN, expression


def test_every_metric_is_described(served: dict[str, set[str]]) -> None:
    table = (PACKAGING / "README.md").read_text(encoding="utf-8")
    bases = {re.sub(r"_(bucket|sum|count)$", "", name) for name in served if not name.endswith("_created")}
    assert {name for name in bases if f"`{name}`" not in table} == set()
    named = set(re.findall(r"`(erp_bridge_[a-z_]+)`", table))
    assert named <= bases


def test_every_value_asked_for_exists() -> None:
    known = {
        "outcome": {*map(str, Outcome), "ok"}, "kind": set(map(str, Kind)), "result": {"failed", "refused"},
    }  # fmt: skip
    for expression in EXPRESSIONS:
        for label, _, value in _MATCHER.findall(expression):
            if label in known:
                assert set(value.split("|")) <= known[label], expression


def test_expressions_are_balanced() -> None:
    for expression in EXPRESSIONS:
        for opening, closing in ("()", "[]", "{}"):
            assert expression.count(opening) == expression.count(closing), expression
        for function in re.findall(r"\b(?:rate|increase)\(([^()]*)\)", expression):
            assert re.search(r"\[\d+[mh]\]$", function), expression


def test_every_alert_says_what_it_means_in_both_languages() -> None:
    for alert in RULES.split("- alert: ")[1:]:
        assert re.search(r"^        labels: \{severity: (critical|warning|info)\}$", alert, re.MULTILINE), alert
        assert re.search(r'^          summary: ".+"$', alert, re.MULTILINE), alert
        assert re.search(r'^          resumo: ".+"$', alert, re.MULTILINE), alert


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool")
def test_promtool_reads_the_rules() -> None:
    rules = str(PACKAGING / "prometheus" / "erp_bridge.rules.yml")
    subprocess.run(["promtool", "check", "rules", rules], check=True, timeout=30)


@pytest.mark.parametrize("page", ["packaging/README.md", "docs/howto/dashboard.md", "docs/howto/dashboard.pt-BR.md"])
def test_prometheus_is_told_to_bring_the_token(page: str) -> None:
    [block] = re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    settings = pytest.importorskip("yaml").safe_load(block)
    [job] = settings["scrape_configs"]
    assert set(job["authorization"]) == {"credentials_file"}, "its type is Bearer where none is named"
    assert job["static_configs"] == [{"targets": [ServiceSettings().bind]}]
    assert all((PACKAGING / "prometheus" / file).is_file() for file in settings["rule_files"])


def test_both_dashboards_show_the_same() -> None:
    english, portuguese = DASHBOARDS["erp_bridge.json"], DASHBOARDS["erp_bridge.pt-BR.json"]
    assert dashboard_expressions(english) == dashboard_expressions(portuguese)
    assert english["uid"] != portuguese["uid"]
    for dashboard in DASHBOARDS.values():
        places = [panel["gridPos"] for panel in dashboard["panels"]]
        assert len({(place["x"], place["y"]) for place in places}) == len(places), "panels lie on each other"
        assert all(place["x"] + place["w"] <= 24 for place in places)
        assert len({panel["id"] for panel in dashboard["panels"]}) == len(places)


# --- units ---------------------------------------------------------------------------------------------------------


def shown_unit(page: str) -> str:
    [block] = re.findall(r"```ini\n(.*?)```", (ROOT / "docs" / "howto" / page).read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


TEXTS = {unit.name: unit.read_text(encoding="utf-8") for unit in UNITS} | {
    "in-the-docs.service": shown_unit("systemd.md"), "in-portuguese.service": shown_unit("systemd.pt-BR.md"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_unit_is_sound(name: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    text = TEXTS[name]
    assert text.count("ExecStart=/opt/erp-bridge/bin/erp-bridge ") == 1
    here = tmp_path / name.replace("@", "@1")  # with a program that is there
    here.write_text(text.replace("/opt/erp-bridge/bin/erp-bridge", sys.executable), encoding="utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", "--man=no", here], capture_output=True, text=True,
        timeout=30, check=False,
    )  # fmt: skip
    ours = [line for line in (ran.stdout + ran.stderr).splitlines() if here.stem in line]
    assert ours == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_unit_knows_how_the_program_ends(name: str) -> None:
    """Ended by a signal its status is that of a shell, which systemd takes for a failure; a wrong file stays wrong."""
    lines = TEXTS[name].splitlines()
    assert "SuccessExitStatus=143 130" in lines
    assert "RestartPreventExitStatus=2" in lines
    assert "Type=notify" in lines


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists(unit: Path) -> None:
    [words] = re.findall(r"^ExecStart=\S+ (.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    ran = CliRunner().invoke(cli, [*words.split(), "--help"])
    assert ran.exit_code == 0, ran.output


# --- the container file --------------------------------------------------------------------------------------------

INSTRUCTIONS = {
    "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT",
    "CMD",
}  # fmt: skip


def instructions() -> list[tuple[str, str]]:
    """Of the container file, lines that go on joined."""
    lines = [line for line in CONTAINERFILE.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined)]


def test_the_container_file_is_made_of_known_instructions() -> None:
    words = [word for word, _ in instructions()]
    assert set(words) <= INSTRUCTIONS
    assert words[0] == "FROM"
    for word, rest in instructions():
        if word in ("ENTRYPOINT", "CMD", "VOLUME"):
            assert all(isinstance(part, str) for part in json.loads(rest))
        if word == "HEALTHCHECK":
            assert json.loads(rest.partition("CMD ")[2])[0] == "python"


def test_what_it_copies_is_there_and_what_it_installs_is_offered() -> None:
    stages = {rest.partition(" AS ")[2] for word, rest in instructions() if word == "FROM"}
    for word, rest in instructions():
        if word != "COPY":
            continue
        *sources, _target = (part for part in rest.split() if not part.startswith("--"))
        stage = re.search(r"--from=(\S+)", rest)
        assert stage is None or stage[1] in stages
        assert stage is not None or all((ROOT / source).exists() for source in sources), rest
    [extras] = re.findall(r'"\.\[([\w,]+)\]"', CONTAINERFILE)
    offered = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(extras.split(",")) <= set(offered)


def test_it_starts_the_daemon_and_runs_as_nobody_in_particular() -> None:
    found = dict(instructions())
    entry, command = json.loads(found["ENTRYPOINT"]), json.loads(found["CMD"])
    assert entry[0] == "erp-bridge"
    assert CliRunner().invoke(cli, [*entry[1:], *command, "--help"]).exit_code == 0
    assert found["USER"].isdecimal()
    assert found["USER"] != "0"

"""What others import does not change in silence, is documented and typed, and costs nothing until it is used."""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import erp_bridge
import surface


def test_what_changed_since_the_last_release_stands_in_the_changelog() -> None:
    before = surface.STORED.read_text(encoding="utf-8").splitlines()
    names = surface.changed(before, surface.surface())
    missing = surface.unnamed(names, surface.CHANGELOG.read_text(encoding="utf-8"))
    assert not missing, "name them between backticks under [Unreleased] in CHANGELOG.md"


def test_the_rule_itself() -> None:
    log = "# Changelog\n## [Unreleased]\n- `connect` takes more.\n## [0.1.0]\n- `validate` takes less.\n"
    before = ["erp_bridge.connect (a)", "erp_bridge.validate (a)", "erp_bridge.Cliente.nome: str", "erp_bridge.x (a)"]
    after = ["erp_bridge.connect (a, b)", "erp_bridge.validate ()", "erp_bridge.Cliente.nome: int", "erp_bridge.x (a)"]
    names = surface.changed(before, after)
    assert names == {"connect", "validate", "Cliente"}
    assert surface.unnamed(names, log) == {"validate", "Cliente"}


def test_a_renamed_parameter_a_new_field_and_a_lost_member_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    now = surface.surface()
    assert any(line.startswith("erp_bridge.Adapter.get(self, id: 'str')") for line in now)
    assert any(line.startswith("erp_bridge.Atendimento.titulo: ") for line in now)
    assert "erp_bridge.Status.NOVO = 'novo'" in now
    assert any(line.startswith("erp_bridge.events.Created(pair: 'str', side: 'Side'") for line in now)

    def validate(atendimento: object) -> list[object]:
        return []

    monkeypatch.setattr(erp_bridge, "validate", validate, raising=False)
    assert surface.changed(now, surface.surface()) == {"validate"}


@pytest.mark.parametrize("module", surface.MODULES)
def test_everything_public_says_what_it_is(module: str) -> None:
    home = importlib.import_module(module)
    silent = []
    for name in getattr(home, "__all__", ()):
        value = getattr(home, name)
        if inspect.isclass(value) and value.__module__.startswith("erp_bridge"):
            own = vars(value).get("__doc__") or ""
            if not own or own.startswith(f"{name}("):  # a dataclass without words gets its signature
                silent.append(name)
        elif (inspect.isfunction(value) or inspect.ismodule(value)) and not value.__doc__:
            silent.append(name)
    assert silent == []


def test_every_method_of_the_contract_says_what_it_does_in_both_faces() -> None:
    for cls in (erp_bridge.Adapter, erp_bridge.blocking.BlockingErp):
        methods = [m for n, m in vars(cls).items() if not n.startswith("_") and inspect.isfunction(m)]
        assert len(methods) > 25
        assert [method.__name__ for method in methods if not method.__doc__] == []


def test_the_package_is_typed() -> None:
    assert (Path(erp_bridge.__file__).parent / "py.typed").is_file()


def loaded_by(code: str) -> set[str]:
    """Names of the modules that a fresh interpreter has loaded after that code, beside those it starts with."""
    script = (
        f"import sys, json; before = set(sys.modules)\n{code}\nprint(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_import_loads_nothing_but_itself() -> None:
    loaded = loaded_by("import erp_bridge")
    assert [name for name in loaded if name.startswith("erp_bridge")] == ["erp_bridge"]
    assert {name.partition(".")[0] for name in loaded} - {"erp_bridge"} <= sys.stdlib_module_names
    assert not {"asyncio", "dataclasses", "inspect", "logging"} & loaded


def test_talking_to_an_erp_loads_nothing_of_the_engine_and_nothing_that_serves() -> None:
    loaded = loaded_by("import erp_bridge; erp_bridge.connect; erp_bridge.blocking; erp_bridge.Atendimento")
    heavy = {"sqlalchemy", "alembic", "starlette", "uvicorn", "rich", "click", "psycopg", "prometheus_client"}
    assert not heavy & {name.partition(".")[0] for name in loaded}
    assert not [name for name in loaded if name.startswith(("erp_bridge.sync", "erp_bridge.service", "erp_bridge.cli"))]

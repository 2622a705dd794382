"""The conformance kit: what an adapter must pass, for its author to run.

Everything an adapter claims by its ``capabilities``, ``fields``, ``statuses`` and ``idempotency`` is tried against a
test server; what it does not claim must raise ``Unsupported`` before any request. The author writes one function::

    # tests/test_conformance.py
    from my_erp import PLUGIN, Settings
    from my_erp.fake_server import FakeServer
    from erp_bridge import Atendimento, Cliente, Prioridade, Termo
    from erp_bridge.testing import Bench, BenchClock, People, conformance

    def bench() -> Bench:
        clock = BenchClock()
        server = FakeServer(now=clock.now)
        settings = Settings(name="novo", adapter="my_erp", url="http://erp.test", token="secret-token",
                            timezone="America/Sao_Paulo", page_size=5, requests_per_minute=1_000_000)
        return Bench(
            open=lambda network: PLUGIN.open(settings, network),
            app=server.app,
            clock=clock,
            novo=Atendimento(cliente=Cliente(id="55", documento="52998224725"), titulo="Sem sinal",
                             descricao="Sem sinal desde cedo.", prioridade=Prioridade.NORMAL,
                             departamento=Termo(id="4"), assunto=Termo(id="34")),
            secrets=("secret-token",),
            people=People(comment=server.comment, edit=server.edit, spoil="this ERP has four statuses and no more"),
        )

    test_conformance = conformance(bench)

and gets every check as a test of its own (``pytest -k text.emoji``). Between adapter and server stands a line of the
kit's own that counts requests and lets them fail, so the server needs nothing for it; one over real HTTP will do: leave
``app`` out. What a check finds is *passed*, *failed* with what was expected and what came, or *skipped* with the reason
in writing: the capability is not claimed, or the bench says why it cannot be tried (``excuses``).

Without pytest: ``await run(bench)`` gives a :class:`Report` with its ``level``, from bronze to platinum; so does
``erp-bridge adapter test NAME``. What the levels demand: :mod:`erp_bridge.testing.levels`.
"""

from __future__ import annotations

from erp_bridge.testing.bench import Bench, BenchClock, People
from erp_bridge.testing.check import Check, Outcome, Result
from erp_bridge.testing.levels import LEVELS, Level
from erp_bridge.testing.pytest_plugin import conformance
from erp_bridge.testing.running import CHECKS, Report, run, run_check

__all__ = [
    "CHECKS",
    "LEVELS",
    "Bench",
    "BenchClock",
    "Check",
    "Level",
    "Outcome",
    "People",
    "Report",
    "Result",
    "conformance",
    "run",
    "run_check",
]

"""The bench of the toy ERP, for the good adapter and for every broken one."""

from __future__ import annotations

from erp_bridge.core.model import Atendimento, Cliente, Prioridade, Termo
from erp_bridge.core.settings import Secret
from erp_bridge.testing import Bench, BenchClock, People
from testing.toy_adapter import ToyAdapter, ToySettings
from testing.toy_erp import TOKEN, ToyErp


def bench(adapter: type[ToyAdapter] = ToyAdapter) -> Bench:
    clock = BenchClock()
    erp = ToyErp(clock.now)
    settings = ToySettings(
        name="toy", adapter="toy", url="http://toy.test", token=Secret(TOKEN), timezone="America/Sao_Paulo",
        page_size=5, requests_per_minute=1_000_000, max_text=70_000,
    )  # fmt: skip
    return Bench(
        open=lambda network: adapter(settings, network),
        app=erp.app,
        clock=clock,
        novo=Atendimento(
            cliente=Cliente(id="55", documento="52998224725", nome="Patrícia Lopes Silva"),
            titulo="Sem sinal",
            descricao="Sem sinal desde cedo.",
            assunto=Termo(id="a1"),
            departamento=Termo(id="d1"),
            prioridade=Prioridade.NORMAL,
        ),
        secrets=(TOKEN,),
        samples={"estrutura": Termo(id="e1", nome="Torre"), "mensagem_padrao": Termo(id="m1", nome="Bom dia")},
        people=People(edit=erp.person_edits, comment=erp.person_writes, spoil=erp.person_spoils),
    )

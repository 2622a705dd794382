"""The rows that the served ERPs hold: invented tickets of the size and shape of real ones, cheap to make in any number.

A page of tickets differs from the next in its ids, its protocolos, its day and its clients, as real ones do; the rest
repeats from page to page. So a page is made by a few replacements in a text made once, and a million tickets take no
memory in the server.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import lru_cache

#: Rows on a page: the bridge's default, and what production readers of this ERP use.
PAGE = 200
FIRST = 1_000_000_000  #: the first id; the next ones follow without a gap
_DAY_ZERO = date(2019, 1, 1)
_THOUSANDS, _DAY = "#THOUSANDS#", "#DAY#"

_WORDS = [
    "cliente",
    "sem",
    "conexão",
    "desde",
    "ontem",
    "à",
    "noite",
    "luz",
    "LOS",
    "acesa",
    "no",
    "aparelho",
    "reinício",
    "feito",
    "sem",
    "efeito",
    "sinal",
    "óptico",
    "fora",
    "da",
    "faixa",
    "visita",
    "técnica",
    "agendada",
    "endereço",
    "confirmado",
    "com",
    "o",
    "titular",
    "falta",
    "de",
    "energia",
    "na",
    "região",
    "já",
    "normalizada",
]


#: The ERP's lists, as far as the tickets below name entries of them.
TERMS: dict[str, list[dict[str, str]]] = {
    "su_oss_assunto": [{"id": str(id), "assunto": f"Assunto {id}", "ativo": "S"} for id in range(30, 42)],
    "su_ticket_setor": [{"id": str(id), "setor": f"Setor {id}", "ativo": "S"} for id in range(4, 9)],
    "funcionarios": [{"id": str(id), "funcionario": f"Pessoa {id}", "ativo": "S"} for id in range(1, 9)],
    "su_canal_atendimento": [{"id": str(id), "descricao": f"Canal {id}", "ativo": "S"} for id in range(1, 4)],
}


def client(id: str) -> dict[str, str]:
    """One ``cliente`` row."""
    return {"id": id, "razao": f"Cliente {id}", "cnpj_cpf": f"{int(id) % 10**11:011}", "ativo": "S"}


def ids(tickets: int) -> list[int]:
    """The ids of that many tickets, ascending."""
    return [id_of(number) for number in range(tickets)]


def id_of(number: int) -> int:
    return FIRST + number


def number_after(id: int) -> int:
    """The number of the first ticket with an id above ``id``."""
    return max(0, id - FIRST + 1)


def ticket(thousands: str, place: int, day: str) -> dict[str, str]:
    """One ``su_ticket`` row. Its id is that many thousands, and ``place``."""
    id, client = f"{thousands}{place:03}", f"{thousands}{place // 2:03}"
    at = f"{day} {place % 24:02}:{place * 7 % 60:02}:{place * 13 % 60:02}"
    words = [_WORDS[(place * 3 + n) % len(_WORDS)] for n in range(60)]
    return {
        "id": id, "id_ticket_status": "", "id_usuarios": "1", "titulo": f"Sem conexão {words[0]} {words[1]}",
        "data_criacao": at, "data_ultima_alteracao": at, "prioridade": "MABC"[place % 4], "id_ticket_origem": "I",
        "id_ticket_setor": str(4 + place % 5), "menssagem": "\r\n".join([" ".join(words[:30]), " ".join(words[30:])]),
        "id_cliente": client, "status": "T", "protocolo": f"20{id}",
        "mensagens_nao_lida_cli": "0", "mensagens_nao_lida_sup": "0", "token": f"{place:032x}",
        "data_hora_os_aberta": "0000-00-00 00:00:00", "data_hora_os_execucao": "0000-00-00 00:00:00",
        "data_hora_execucao": "0000-00-00 00:00:00", "data_hora_os_encaminhada": "0000-00-00 00:00:00",
        "id_wfl_processo": "0", "id_assunto": str(30 + place % 12), "id_resposta": "0", "latitude": "-23.5505",
        "longitude": "-46.6333", "id_login": client, "endereco": f"Rua das Acácias, {place}",
        "origem_endereco": "C", "id_contrato": client, "id_circuito": "0",
        "id_su_diagnostico": "0", "status_sla": "N", "id_filial": "1", "id_responsavel_tecnico": str(place % 9),
        "su_status": ("N", "P", "EP", "S", "S", "S")[place % 6], "interacao_pendente": "N",
        "id_evento_status_processo": "0", "melhor_horario_agenda": "Q", "data_reservada": "0000-00-00",
        "melhor_horario_reserva": "Q", "origem_cadastro": "P", "id_canal_atendimento": str(place % 4),
        "ultima_atualizacao": at, "tipo": "C", "id_estrutura": "", "origem_endereco_estrutura": "E",
        "id_usuario_abertura": str(1 + place % 20), "updated_user": "1",
    }  # fmt: skip


@lru_cache(maxsize=1)
def _thousand() -> list[str]:
    """Rows with ids of one thousand as JSON, the way PHP writes it: accents escaped, slashes too."""
    return [json.dumps(ticket(_THOUSANDS, place, _DAY)).replace("/", "\\/") for place in range(1000)]


@lru_cache(maxsize=5)
def _whole_page(place: int) -> str:
    return ",".join(_thousand()[place : place + PAGE])


@lru_cache(maxsize=1000)
def rendered(first: int, count: int) -> bytes:
    """The JSON of ``count`` tickets from number ``first`` on, without brackets."""
    found = []
    while count > 0:
        thousands, place = divmod(first, 1000)
        some = min(count, PAGE - place % PAGE)
        text = _whole_page(place) if some == PAGE else ",".join(_thousand()[place : place + some])
        day = _DAY_ZERO + timedelta(days=first // PAGE % 2500)
        found.append(text.replace(_THOUSANDS, str(FIRST // 1000 + thousands)).replace(_DAY, day.isoformat()))
        first, count = first + some, count - some
    return ",".join(found).encode()


def row_of(id: int) -> bytes:
    """The JSON of one ticket."""
    return rendered(number_after(id - 1), 1)

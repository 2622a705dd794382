"""What the web service answers, byte for byte as far as known: JSON in its own content types, and its HTML pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: What every HTML error says, whatever the cause (quirk 2).
ERROR_PAGE = (
    b'<div style="margin: 10px; font-family: Arial; color: #a00;">'
    b"Ocorreu um erro ao processar. Contate o suporte IXC Soft.</div>"
)

JSON_TYPE = "text/x-json; charset=utf-8"  # quirk 4

_TEXTS = {
    "pt": {
        "inserted": "Registro inserido com sucesso!",
        "updated": "Registro atualizado com sucesso!",
        "deleted": "Registro excluído com sucesso!",
        "done": "Ação executada com sucesso",
        "missing": "Preencha o campo {0}!",
        "no_record": "Registro não encontrado!",
        "no_permission": "Recurso {0} não está disponível!",
        "ip": "Seu IP não está liberado para efetuar login!",
        "cancelled": "O atendimento foi cancelado e não permite mais qualquer ação ou atualização!",
        "inactive_channel": "Não é possível utilizar um canal de atendimento inativo!",
        "overdue": "Cliente possui parcelas em atraso, o assunto não permite abrir atendimento!",
        "signature": "O processo exige assinatura: preencha o campo contrato!",
        "no_file": "Selecione um arquivo!",
    },
    "en": {  # quirk 31
        "inserted": "Record successfully inserted!",
        "updated": "Record successfully updated!",
        "deleted": "Record successfully deleted!",
        "done": "Action successfully executed",
        "missing": "Fill in the field {0}!",
        "no_record": "Record not found!",
        "no_permission": "Resource {0} is not available!",
        "ip": "Your IP is not allowed to log in!",
        "cancelled": "The ticket was cancelled and permits no further action or update!",
        "inactive_channel": "An inactive service channel cannot be used!",
        "overdue": "The client has overdue invoices, the subject (assunto) does not permit a ticket!",
        "signature": "The process needs a signature: fill in the field contrato!",
        "no_file": "Select a file!",
    },
}


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    body: bytes


class Refusal(Exception):
    """An ordinary refusal: HTTP 200 with ``type: error`` (quirk 1)."""


def text(language: str, name: str, *values: str) -> str:
    return _TEXTS[language][name].format(*values)


def as_json(value: object, content_type: str = JSON_TYPE) -> Reply:
    """JSON as PHP writes it: ASCII only, slashes escaped."""
    return Reply(200, content_type, json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode())


def refused(message: str) -> Reply:
    return as_json({"type": "error", "message": message})


def succeeded(message: str, id_: str, *, as_int: bool, **more: Any) -> Reply:
    return as_json({"type": "success", "message": message, "id": int(id_) if as_int else id_, **more})


def error_page(status: int) -> Reply:
    return Reply(status, "text/html; charset=utf-8", ERROR_PAGE)


def nginx_page(status: int) -> Reply:
    """What the web server in front says by itself."""
    title: Mapping[int, str] = {
        400: "400 Bad Request",
        401: "401 Authorization Required",
        403: "403 Forbidden",
        404: "404 Not Found",
    }
    page = (
        f"<html>\r\n<head><title>{title[status]}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title[status]}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return Reply(status, "text/html", page.encode())

"""The keys of an ``[erp.X]`` table whose adapter is ``ixc``."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from erp_bridge.adapters.ixc.codes import CONFIGURABLE
from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import ErpSettings, Secret, Settings

#: Columns that a created ticket may not get from ``defaults``: the bridge sets them itself, or they would set off
#: a work order, a message to the client or a change of the client's record.
_NOT_BY_DEFAULT = frozenset({
    "id", "protocolo", "menssagem", "su_status", "id_wfl_processo", "id_resposta", "finalizar_atendimento",
    "atualizar_cliente", "atualizar_login", "ultima_atualizacao", "data_ultima_alteracao",
})  # fmt: skip


class DescontoSettings(Settings):
    """How discounts are booked: the ids are this installation's own.

    ``servico``: one item on the next invoice; ``contrato``: a discount of the contract until a day.
    """

    via: Literal["servico", "contrato"]
    id_produto: str | None = None
    id_unidade: str | None = None
    id_vd_contrato_produtos: str | None = None

    @field_validator("id_produto", "id_unidade", "id_vd_contrato_produtos", mode="before")
    @classmethod
    def _id_as_text(cls, id: object) -> object:
        return str(id) if isinstance(id, int) else id

    @model_validator(mode="after")
    def _what_an_item_needs(self) -> Self:
        missing = [name for name in ("id_produto", "id_unidade") if not getattr(self, name)]
        if self.via == "servico" and missing:
            raise ValueError(f'via = "servico" needs {" and ".join(missing)}: look them up in the ERP')
        return self


class IxcSettings(ErpSettings):
    """One IXC Provedor."""

    #: The whole token as the ERP shows it, ``<user id>:<hash>``; base64 of it is understood as well.
    token: Secret
    #: Where the names of departments stand. Most installations: su_ticket_setor.
    departamento_table: Literal["su_ticket_setor", "empresa_setor"] = "su_ticket_setor"
    #: The number at its end depends on the ERP's version.
    transfer_action: str = Field(default="su_transf_atendimento_26466", pattern=r"^[A-Za-z0-9_]+$")
    #: What a comment sends as its status: nothing, or the one that the ticket has.
    comment_status: Literal["empty", "repeat"] = "empty"
    #: JSON with every accent escaped; survives servers that decode twice.
    ascii_json: bool = True
    #: The column of su_ticket that tells of changes. The first one changes on every write.
    change_stamp: Literal["ultima_atualizacao", "data_ultima_alteracao"] = "ultima_atualizacao"
    assunto_obrigatorio: bool = False
    login_exige_contrato: bool = False
    processos_com_assinatura: tuple[str, ...] = ()
    #: Columns that every created ticket carries, for example ``id_filial = "1"``.
    defaults: Mapping[str, str] = {}
    desconto: DescontoSettings | None = None

    @field_validator("vocab")
    @classmethod
    def _known_names(cls, vocab: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
        for kind, codes in CONFIGURABLE.items():
            for code, name in vocab.get(kind, {}).items():
                if codes.member(name) is None:
                    raise ValueError(f"vocab.{kind}: {code!r} = {name!r}, but the names are {', '.join(codes.names)}")
        return vocab

    @field_validator("processos_com_assinatura", mode="before")
    @classmethod
    def _ids_as_text(cls, ids: object) -> object:
        return [str(id) for id in ids] if isinstance(ids, list | tuple | set | frozenset) else ids

    @field_validator("defaults")
    @classmethod
    def _harmless_defaults(cls, defaults: Mapping[str, str]) -> Mapping[str, str]:
        refused = sorted(_NOT_BY_DEFAULT & set(defaults))
        if refused:
            raise ValueError(f"defaults cannot set {', '.join(refused)}: these belong to each ticket")
        return defaults

    @property
    def base_url(self) -> str:
        """The address of the web service, also when the configured one already leads there."""
        return re.sub(r"/webservice(/v1)?$", "", self.url) + "/webservice/v1"


def basic_token(text: str) -> str:
    """The token as the Authorization header wants it, from either of its two forms."""
    text = re.sub(r"^basic\s+", "", text.strip(), flags=re.IGNORECASE)
    if _is_plain(text):
        return base64.b64encode(text.encode()).decode()
    try:
        decoded = base64.b64decode(text, validate=True).decode("ascii").strip()
    except (binascii.Error, ValueError):
        decoded = ""
    if _is_plain(decoded):
        return base64.b64encode(decoded.encode()).decode()
    raise ConfigError(
        "the token is not an IXC token: it is the whole <user id>:<hash> that the ERP shows, or base64 of it"
    )


def _is_plain(text: str) -> bool:
    return re.fullmatch(r"[!-9;-~]+:[!-~]+", text) is not None

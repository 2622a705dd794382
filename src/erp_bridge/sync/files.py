"""Files of tickets as entries of their history: one travels as itself where both ERPs can, else as a line of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from erp_bridge.core.adapter import Adapter, Capability, Downloading, ListingFiles
from erp_bridge.core.footer import Footer, Ref, label, read_label
from erp_bridge.core.model import Arquivo, Movimentacao, Visibilidade

#: Characters that any ERP keeps of a file's description (IXC has room for 100).
ROOM = 100


async def entries(adapter: Adapter, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
    """The files of those tickets; nothing where the ERP does not list them."""
    if not ids or Capability.FILES not in adapter.capabilities:
        return {}
    if Capability.FILES_OF in adapter.capabilities:
        found = await cast(ListingFiles, adapter).files_of(ids)
    else:
        found = {id: await adapter.files(id) for id in ids}
    return {id: [_entry(adapter.name, id, arquivo) for arquivo in some if arquivo.id] for id, some in found.items()}


async def content(adapter: Adapter, ticket: str, arquivo: Arquivo) -> bytes:
    return await cast(Downloading, adapter).download(ticket, arquivo)


def marked(arquivo: Arquivo, ref: Ref) -> Arquivo:
    """The file as it is attached to the twin: with its marker in the description."""
    return Arquivo(nome=arquivo.nome, descricao=label(arquivo.descricao or arquivo.nome, ref, ROOM))


def entry_id(arquivo: Arquivo) -> str:
    return f"f{arquivo.id}"


def _entry(erp: str, ticket: str, arquivo: Arquivo) -> Movimentacao:
    ref = read_label(arquivo.descricao or "")
    return Movimentacao(
        id=entry_id(arquivo),
        atendimento_id=ticket,
        texto=f"Anexo em {erp}: {arquivo.nome}",
        visibilidade=Visibilidade.PRIVADA,
        arquivo=arquivo,
        footer=Footer(ref=ref) if ref else None,
    )

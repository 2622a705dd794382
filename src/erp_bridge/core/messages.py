"""What each violation says to people, in English and in Brazilian Portuguese: the fault, then the way out.

No text of a ticket and no document ever enters a message: messages are logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Wording(NamedTuple):
    """One message in both languages; ``{names}`` in it are filled in where it is raised."""

    en: str
    pt: str


MESSAGES: Mapping[str, Wording] = {
    "cliente-obrigatorio": Wording(
        "a ticket of type cliente needs its client: fill in cliente, or use type estrutura",
        "um atendimento do tipo cliente precisa do cliente: preencha cliente ou use o tipo estrutura",
    ),
    "estrutura-obrigatoria": Wording(
        "a ticket of type estrutura needs its structure: fill in estrutura, or use type cliente",
        "um atendimento do tipo estrutura precisa da estrutura: preencha estrutura ou use o tipo cliente",
    ),
    "titulo-obrigatorio": Wording(
        "the ticket has no title: write one, or choose a subject, whose name then becomes the title",
        "o atendimento está sem título: escreva um ou escolha um assunto, cujo nome passa a ser o título",
    ),
    "departamento-obrigatorio": Wording(
        "no department: choose the one that is to receive the ticket",
        "sem departamento: escolha o que vai receber o atendimento",
    ),
    "prioridade-obrigatoria": Wording(
        "no priority: choose baixa, normal, alta or critica",
        "sem prioridade: escolha baixa, normal, alta ou crítica",
    ),
    "descricao-obrigatoria": Wording(
        "no description: write what the client reported",
        "sem descrição: escreva o que o cliente relatou",
    ),
    "status-obrigatorio": Wording(
        "no status: a new ticket is novo",
        "sem status: um atendimento recém-aberto é novo",
    ),
    "assunto-obrigatorio": Wording(
        "this ERP demands a subject: choose one from its list",
        "este ERP exige um assunto: escolha um da lista dele",
    ),
    "login-obrigatorio": Wording(
        "the subject demands the client's login: choose the one that the ticket is about",
        "o assunto exige o login do cliente: escolha aquele de que trata o atendimento",
    ),
    "contrato-obrigatorio": Wording(
        "the subject demands the client's contract: choose the one that the ticket is about",
        "o assunto exige o contrato do cliente: escolha aquele de que trata o atendimento",
    ),
    "contrato-obrigatorio-assinatura": Wording(
        "a work order of this process is signed in the subscriber portal, which needs a contract: "
        "choose the contract, or open the ticket without the process",
        "uma ordem de serviço deste processo é assinada na Central do Assinante, o que exige um contrato: "
        "escolha o contrato ou abra o atendimento sem o processo",
    ),
    "canal-obrigatorio": Wording(
        "the subject demands the service channel: choose the one by which the client came",
        "o assunto exige o canal de atendimento: escolha aquele pelo qual o cliente chegou",
    ),
    "status-complementar-obrigatorio": Wording(
        "the subject demands a complementary status: choose one from the ERP's list",
        "o assunto exige um status complementar: escolha um da lista do ERP",
    ),
    "processo-obrigatorio": Wording(
        "the subject demands a process: choose one; the ERP will open its work order",
        "o assunto exige um processo: escolha um; o ERP vai abrir a ordem de serviço dele",
    ),
    "canal-inativo": Wording(
        "this service channel is inactive: choose an active one, or activate it in the ERP",
        "este canal de atendimento está inativo: escolha um canal ativo ou ative-o no ERP",
    ),
    "endereco-obrigatorio": Wording(
        "the address is of manual origin but empty: type it, or take it from client, login or contract",
        "o endereço é de origem manual, mas está vazio: digite-o ou use o do cliente, do login ou do contrato",
    ),
    "origem-endereco-incompativel": Wording(
        "the subject demands {exigida}, so the address must come from there: set origem_endereco to {exigida}",
        "o assunto exige {exigida}, então o endereço deve vir de lá: use origem_endereco {exigida}",
    ),
    "coordenadas-sem-origem": Wording(
        "coordinates are never typed by hand: leave them out, or take the address from client, login or contract",
        "coordenadas não são digitadas à mão: deixe-as em branco ou use o endereço do cliente, login ou contrato",
    ),
    "contrato-de-outro-cliente": Wording(
        "the contract belongs to another client: choose one of the ticket's client",
        "o contrato é de outro cliente: escolha um do cliente do atendimento",
    ),
    "login-de-outro-cliente": Wording(
        "the login belongs to another client: choose one of the ticket's client",
        "o login é de outro cliente: escolha um do cliente do atendimento",
    ),
    "cliente-sem-contrato": Wording(
        "this ERP serves only clients with a contract, and none is known of this one: register the contract first",
        "este ERP só atende cliente com contrato, e não se conhece nenhum deste: cadastre o contrato antes",
    ),
    "solucao-obrigatoria": Wording(
        "resolved at the first contact, but nothing says how: describe the solution",
        "resolvido no primeiro contato, mas sem dizer como: descreva a solução do problema",
    ),
    "resolvido-com-os": Wording(
        "a ticket resolved at the first contact asks for no work order: take back one of the two marks",
        "um atendimento resolvido no primeiro contato não pede ordem de serviço: desmarque um dos dois",
    ),
    "transicao-invalida": Wording(
        "the ticket cannot go from {antes} to {depois}: {saida_en}",
        "o atendimento não pode ir de {antes} para {depois}: {saida_pt}",
    ),
    "motivo-pausa-obrigatorio": Wording(
        "a ticket is paused for a reason: write it in the text",
        "um atendimento é pausado por um motivo: escreva-o no texto",
    ),
    "busca-curta": Wording(
        "the search needs at least {minimo} characters: type more of the name or the document",
        "a busca precisa de no mínimo {minimo} caracteres: digite mais do nome ou do documento",
    ),
    "data-reservada-passada": Wording(
        "the reserved date has already gone by: choose today or later, or leave it out",
        "a data reservada já passou: escolha hoje ou uma data futura, ou deixe em branco",
    ),
    "documento-invalido": Wording(
        "the check digits of this CPF or CNPJ do not match: correct it at the client's record",
        "os dígitos verificadores deste CPF ou CNPJ não conferem: corrija-o no cadastro do cliente",
    ),
}

#: The way out of a forbidden transition, by what forbids it.
WAYS_OUT: Mapping[str, Wording] = {
    "cancelado": Wording(
        "a cancelled ticket accepts nothing more; open a new one",
        "um atendimento cancelado não aceita mais nada; abra um novo",
    ),
    "solucionado": Wording(
        "a solved ticket is not reopened here; open a new one",
        "um atendimento solucionado não é reaberto aqui; abra um novo",
    ),
    "novo": Wording(
        "nothing becomes new again; use pendente or em_progresso",
        "nada volta a ser novo; use pendente ou em_progresso",
    ),
}

"""What each broken rule of a discount request says to people, in both languages: the fault, then the way out.

No text of a request and no document ever enters a message: messages are logged.
"""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.core.messages import Wording

DESCONTO_MESSAGES: Mapping[str, Wording] = {
    "nao-solicitado-pelo-cliente": Wording(
        "there is no discount without the client's own request: register it once the client has asked",
        "não há desconto sem solicitação do próprio cliente: registre quando o cliente pedir",
    ),
    "motivo-desconto-obrigatorio": Wording(
        "no reason: choose visita_adiada, falha_da_empresa, rompimento_externo, queda_massiva or roubo_caixa_emenda",
        "sem motivo: escolha visita_adiada, falha_da_empresa, rompimento_externo, queda_massiva ou roubo_caixa_emenda",
    ),
    "data-ocorrido-obrigatoria": Wording(
        "the day on which it happened is missing: fill in data_ocorrido",
        "falta o dia em que ocorreu: preencha data_ocorrido",
    ),
    "abertura-chamado-obrigatoria": Wording(
        "the time at which the ticket was opened is missing: fill in abertura_chamado",
        "falta a hora da abertura do chamado: preencha abertura_chamado",
    ),
    "fim-antes-do-inicio": Wording(
        "the interruption ends before it begins: correct one of the two times",
        "a interrupção termina antes de começar: corrija um dos dois horários",
    ),
    "data-futura": Wording(
        "this lies in the future: a discount is for what has already happened; correct the date",
        "isto está no futuro: o desconto é pelo que já ocorreu; corrija a data",
    ),
    "data-implausivel": Wording(
        "this lies before the year 2000: correct the date",
        "isto é anterior ao ano 2000: corrija a data",
    ),
    "fora-do-contrato": Wording(
        "this lies outside the time of the contract: correct the date, or choose the contract that held then",
        "isto está fora da vigência do contrato: corrija a data ou escolha o contrato vigente na época",
    ),
    "protocolo-opa-invalido": Wording(
        "this is no protocol of Opa!: copy it as the conversation shows it, OPA and digits",
        "isto não é um protocolo do Opa!: copie-o como aparece na conversa, OPA e números",
    ),
    "sem-ordem-de-servico": Wording(
        "nothing shows the visit: name the work order in the description (O.S. and its number)",
        "nada comprova a visita: informe a ordem de serviço na descrição (O.S. e o número)",
    ),
    "sem-boletim-de-ocorrencia": Wording(
        "nothing proves the theft: name the police report in the description (B.O. and its number)",
        "nada comprova o roubo: informe o boletim de ocorrência na descrição (B.O. e o número)",
    ),
    "sem-relato": Wording(
        "the description says nothing beyond the reason: write what happened",
        "a descrição não diz nada além do motivo: escreva o que aconteceu",
    ),
    "sem-retorno-do-sinal": Wording(
        "the time at which the signal came back is missing: without it there is no amount",
        "falta a hora do retorno do sinal: sem ela não há valor calculado",
    ),
    "sem-contrato": Wording(
        "the contract is missing: without it the fee is not known and nothing can be booked",
        "falta o contrato: sem ele a mensalidade não é conhecida e nada pode ser lançado",
    ),
    "interrupcoes-sobrepostas": Wording(
        "interruptions overlap: the time they share counts once; check the times",
        "há interrupções sobrepostas: o tempo em comum conta uma vez só; confira os horários",
    ),
    "interrupcao-maior-que-um-mes": Wording(
        "together the interruptions last longer than a month: the discount ends at the fee; check the times",
        "somadas, as interrupções passam de um mês: o desconto para na mensalidade; confira os horários",
    ),
}

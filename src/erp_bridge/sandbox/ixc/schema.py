"""The tables of the simulated ERP: their columns, what an empty one holds, and what a form demands.

Column names and code lists are those of the fact sheet; tables of which only a part is known have only that part.
"""

from __future__ import annotations

from erp_bridge.sandbox.ixc.values import ZERO_DATE, ZERO_DATETIME, Column

INT = Column("int", "0")  # a missing foreign key reads "0" ... (quirk 6)
NULL_INT = Column("int", "", nullable=True)  # ... or ""
TEXT = Column("text")
MONEY = Column("decimal", "0.00")
DATE = Column("date", ZERO_DATE)
NULL_DATE = Column("date")
DATETIME = Column("datetime", ZERO_DATETIME)
NULL_DATETIME = Column("datetime")


def varchar(size: int) -> Column:
    return Column("text", size=size)


def enum(codes: str, default: str = "") -> Column:
    return Column("enum", default, codes=frozenset(codes.split(",")))


YES = enum("S,N", "S")
NO = enum("S,N", "N")

SU_TICKET = {
    "id": INT,
    "id_ticket_status": NULL_INT,
    "id_usuarios": INT,
    "titulo": varchar(200),
    "data_criacao": DATETIME,
    "data_ultima_alteracao": DATETIME,
    "prioridade": enum("B,M,A,C"),  # quirk 9: M is normal here
    "id_ticket_origem": enum("I,H,A"),
    "id_ticket_setor": INT,
    "menssagem": TEXT,  # quirk 8
    "id_cliente": INT,
    "status": enum("T,C,F,EX,OSAB,OSAG,OSEX", "T"),  # quirk 10: the workflow's shadow
    "protocolo": varchar(50),
    "mensagens_nao_lida_cli": INT,
    "mensagens_nao_lida_sup": INT,
    "token": varchar(64),
    "data_hora_os_aberta": DATETIME,
    "data_hora_os_execucao": DATETIME,
    "data_hora_execucao": DATETIME,
    "data_hora_os_encaminhada": DATETIME,
    "id_wfl_processo": INT,
    "id_assunto": INT,
    "id_resposta": INT,
    "latitude": varchar(50),
    "longitude": varchar(50),
    "id_login": INT,
    "endereco": varchar(150),
    "origem_endereco": enum("C,L,CC,M"),
    "id_contrato": INT,
    "id_circuito": INT,
    "id_su_diagnostico": INT,
    "status_sla": varchar(1),
    "id_filial": INT,
    "id_responsavel_tecnico": INT,
    "su_status": enum("N,P,EP,S,C"),
    "interacao_pendente": enum("E,I,N,A"),
    "id_evento_status_processo": INT,
    "melhor_horario_agenda": enum("M,T,N,Q"),
    "data_reservada": DATE,
    "melhor_horario_reserva": enum("M,T,N,Q"),
    "origem_cadastro": enum("P,SV", "P"),
    "id_canal_atendimento": INT,
    "ultima_atualizacao": DATETIME,
    "tipo": enum("C,E"),
    "id_estrutura": NULL_INT,
    "origem_endereco_estrutura": enum("E,M"),
    "id_usuario_abertura": NULL_INT,
    "updated_user": TEXT,
}

SU_MENSAGENS = {
    "id": INT,
    "id_ticket": INT,
    "data": DATETIME,
    "titulo": varchar(200),
    "mensagem": TEXT,
    "operador": INT,
    "su_status": enum("N,P,EP,S,C"),
    "status": enum("T,C,F,EX,OSAB,OSAG,OSEX", "T"),
    "visibilidade_mensagens": enum("PU,PR,P"),
    "existe_pendencia_externa": INT,  # takes letters through the web service, holds a number
    "id_resposta": INT,
    "id_evento_status": INT,
    "id_su_diagnostico": INT,
    "data_inicio": DATETIME,
    "data_final": DATETIME,
    "latitude": varchar(50),
    "longitude": varchar(50),
    "observacao": TEXT,
    "ultima_atualizacao": DATETIME,
}

CLIENTE = {
    "id": INT,
    "razao": varchar(100),
    "fantasia": varchar(100),
    "tipo_pessoa": enum("F,J,E", "F"),
    "cnpj_cpf": varchar(20),
    "ativo": YES,
    "filial_id": INT,
    "endereco": varchar(100),
    "numero": varchar(20),
    "complemento": varchar(100),
    "bairro": varchar(100),
    "cidade": INT,
    "uf": INT,
    "cep": varchar(10),
    "referencia": TEXT,
    "id_condominio": INT,
    "bloco": varchar(20),
    "apartamento": varchar(20),
    "latitude": varchar(50),
    "longitude": varchar(50),
    "fone": varchar(20),
    "telefone_comercial": varchar(20),
    "id_operadora_celular": INT,
    "telefone_celular": varchar(20),
    "whatsapp": varchar(20),
    "ramal": varchar(10),
    "email": varchar(100),
    "contato": varchar(100),
    "website": varchar(100),
    "skype": varchar(50),
    "facebook": varchar(100),
    "hotsite_email": varchar(100),
    "senha": varchar(100),  # quirk 27: shown in clear
    "data_cadastro": DATE,
    "ultima_atualizacao": DATETIME,
}

CLIENTE_CONTRATO = {
    "id": INT,
    "id_cliente": INT,
    "id_filial": INT,
    "contrato": varchar(100),
    "id_vd_contrato": INT,
    "status": enum("P,A,I,N,D", "A"),
    "status_internet": enum("A,D,CM,CA,FA,AA,CE", "A"),
    "data_ativacao": DATE,
    "data_cancelamento": DATE,
    "endereco_padrao_cliente": YES,
    "endereco": varchar(100),
    "numero": varchar(20),
    "complemento": varchar(100),
    "bairro": varchar(100),
    "cidade": INT,
    "cep": varchar(10),
    "latitude": varchar(50),
    "longitude": varchar(50),
    "ultima_atualizacao": DATETIME,
}

RADUSUARIOS = {
    "id": INT,
    "id_cliente": INT,
    "id_contrato": INT,
    "login": varchar(100),
    "senha": varchar(100),  # quirk 27
    "ativo": YES,
    "online": enum("S,N,SS", "N"),
    "ip": varchar(40),
    "mac": varchar(20),
    "concentrador": varchar(100),
    "endereco": varchar(150),
    "latitude": varchar(50),
    "longitude": varchar(50),
    "ultima_atualizacao": DATETIME,
}

_INVOICE_TEXTS = (
    "gateway_link nn_boleto boleto obs forma_recebimento arquivo_remessa_baixado id_nota_gerada_opc4 status_cobranca"
    " linha_digitavel duplicata tipo_pagamento_cartao id_sip gerencianet_token motivo_alteracao origem_importacao"
    " pix_txid id_nota_gerada_opc2 id_nota_gerada_opc3 id_lote_geracao_financeiro_fatura documento tipo_recebimento"
    " tipo_renegociacao tipo_cobranca"
)
FN_ARECEBER = {
    "id": INT,
    **dict.fromkeys(_INVOICE_TEXTS.split(), TEXT),
    "filial_id": INT,
    "id_remessa": INT,
    "id_saida": INT,
    "id_conta": INT,
    "id_carteira_cobranca": INT,
    "id_cliente": INT,
    "id_contrato": NULL_INT,  # may be empty while one of the next two holds the contract
    "id_contrato_avulso": INT,
    "id_contrato_principal": INT,
    "id_nota_gerada": INT,
    "nparcela": INT,
    "status": enum("A,P,R,C", "A"),
    "liberado": YES,
    "estornado": NO,
    "previsao": YES,
    "libera_periodo": NO,
    "impresso": NO,
    "titulo_protestado": NO,
    "titulo_importado": NO,
    "parcela_proporcional": NO,
    "aguardando_confirmacao_pagamento": NO,
    "parcelado_cartao": NO,
    "recebido_via_pix": NO,
    "data_inicial": NULL_DATE,
    "data_final": NULL_DATE,
    "data_emissao": NULL_DATE,
    "data_vencimento": NULL_DATE,
    "pagamento_data": NULL_DATE,
    "credito_data": NULL_DATE,
    "baixa_data": NULL_DATE,
    "data_cancelamento": NULL_DATE,
    "validade_desconto_condicional": NULL_DATE,
    "valor": MONEY,
    "valor_recebido": MONEY,
    "valor_aberto": MONEY,
    "valor_cancelado": MONEY,
    "pagamento_valor": Column("decimal", "", nullable=True),
    "desconto_condicional_valor": Column("decimal", "", nullable=True),
    "ultima_atualizacao": DATETIME,
}

SU_OSS_CHAMADO = {
    "id": INT,
    "tipo": enum("C,E", "C"),
    "id_ticket": INT,
    "protocolo": varchar(50),
    "id_assunto": INT,
    "id_cliente": INT,
    "id_filial": INT,
    "id_login": INT,
    "id_contrato_kit": INT,
    "origem_endereco": enum("C,L,CC,M"),
    "endereco": varchar(150),
    "prioridade": enum("B,N,A,C"),  # quirk 9: N is normal there
    "setor": INT,
    "id_tecnico": INT,
    "mensagem": TEXT,
    "status": enum("A,AN,EN,AS,AG,DS,EX,F,RAG"),
    "data_abertura": DATETIME,
    "data_fechamento": DATETIME,
    "ultima_atualizacao": DATETIME,
}

SU_OSS_ASSUNTO = {
    "id": INT,
    "assunto": varchar(100),
    "ativo": YES,
    "finalidade": enum("OS,AT,AM", "AM"),
    "tipo": enum("C,E,A", "A"),
    "prioridade_padrao": enum("B,M,A,C,N", "M"),
    "metas_horas_abertura_ticket": INT,
    "login_obrigatorio": NO,
    "contrato_obrigatorio": NO,
    "obrigar_processo_atendimento": NO,
    "obrigar_preenchimento_canal_atendimento": NO,
    "obrigatorio_status_complementar": NO,
    "permite_abrir_cliente_atraso": YES,
    "ultima_atualizacao": DATETIME,
}

TABLES: dict[str, dict[str, Column]] = {
    "su_ticket": SU_TICKET,
    "su_mensagens": SU_MENSAGENS,
    "cliente": CLIENTE,
    "cliente_contrato": CLIENTE_CONTRATO,
    "radusuarios": RADUSUARIOS,
    "fn_areceber": FN_ARECEBER,
    "su_oss_chamado": SU_OSS_CHAMADO,
    "su_oss_assunto": SU_OSS_ASSUNTO,
    "su_transf_atendimento": {
        "id": INT, "data_transferencia": DATETIME, "id_atendimento": INT, "id_departamento_origem": INT,
        "id_departamento_destino": INT, "id_responsavel_tecnico": INT, "status_transf": enum("1,2,3", "1"),
    },
    "su_ticket_arquivos": {
        "id": INT, "id_ticket": INT, "descricao": varchar(100), "local_arquivo": varchar(500),
        "nome_arquivo": varchar(500), "classificacao_arquivo": varchar(2), "data_envio": DATETIME,
    },
    "cliente_contrato_descontos": {
        "id": INT, "id_contrato": INT, "id_vd_contrato_produtos": INT, "descricao": varchar(200), "valor": MONEY,
        "percentual": MONEY, "data_validade": NULL_DATE,  # no day: for ever
    },
    "cliente_contrato_servicos": {
        "id": INT, "id_contrato": INT, "tipo_acres_desc": enum("A,D"), "id_produto": INT, "descricao": varchar(200),
        "id_produto_contrato_vinc": INT, "id_unidade": INT, "quantidade": MONEY, "valor_unitario": MONEY,
        "valor_total": MONEY, "repetir": enum("V,S"), "repetir_qtde": INT, "data": NULL_DATE, "status": enum("A,I"),
        "status_nf21": enum("A,I"), "pdesconto": MONEY, "vdesconto": MONEY,
    },
    "su_ticket_setor": {
        "id": INT, "setor": varchar(100), "email": varchar(100), "presta_atendimento": YES, "ordem": INT, "ativo": YES,
        "mostra_hotsite": NO,
    },
    "empresa_setor": {"id": INT, "setor": varchar(100), "id_depto": INT, "ativo": YES},
    "su_diagnostico": {"id": INT, "descricao": varchar(100), "ativo": YES, "id_setor": INT},
    "su_oss_respostas": {
        "id": INT, "titulo": varchar(100), "resposta": TEXT, "su_status": enum("N,P,EP,S,C"),
        "interacao_pendente": enum("E,I,N,A"), "setor": INT, "ativo": YES,
    },
    "su_evento_status": {"id": INT, "descricao": varchar(100)},
    "su_canal_atendimento": {"id": INT, "descricao": varchar(100), "ativo": YES},
    "wfl_processo": {"id": INT, "descricao": varchar(100), "ativo": YES, "id_depto": INT},
    "usuarios": {
        "id": INT, "nome": varchar(100), "status": enum("A,I", "A"), "id_grupo": INT, "funcionario": INT,
        "filtra_departamento_ticket": NO, "filtra_funcionario_ticket": NO, "mostrar_ticket_sem_funcionario": YES,
        "filtra_setor": NO, "filtra_funcionario": NO,
    },
    "funcionarios": {"id": INT, "funcionario": varchar(100), "ativo": YES, "usuario_id": INT},
    "vd_contratos_produtos": {  # of a plan (id_vd_contrato) or of one contract (id_contrato), the other one "0"
        "id": INT, "id_vd_contrato": INT, "id_contrato": INT, "tipo": enum("I,T,S,SVA,TV,SMP", "I"),
        "descricao": varchar(100), "qtde": Column("decimal", "1.00000"), "valor_unit": MONEY, "valor_bruto": MONEY,
        "valor_liquido": MONEY,
    },
    "empresa": {"id": INT, "razao": varchar(100), "fantasia": varchar(100), "cnpj": varchar(20)},
    "filial": {"id": INT, "razao": varchar(100), "fantasia": varchar(100)},
    "cidade": {"id": INT, "nome": varchar(100), "uf": INT},
    "radacct": {
        "id": INT, "username": varchar(100), "acctstarttime": NULL_DATETIME, "acctstoptime": NULL_DATETIME,
        "framedipaddress": varchar(40),
    },
    "ixc_logs": {
        "id": INT, "data": DATETIME, "executou": varchar(100), "tipo": enum("inseriu,editou,excluiu"), "operador": INT,
        "id_tabela": INT, "tabela": varchar(100), "campos": TEXT,
    },
}  # fmt: skip

#: Tables that answer ``rows``/``cell``; the one with "tot" has no ``total`` either (quirk 3).
VIEWS = {"radacct": "plain", "ixc_logs": "tot"}

#: What is refused when empty on insert, with the name a person knows it by.
REQUIRED: dict[str, dict[str, str]] = {
    "su_ticket": {
        "tipo": "tipo", "titulo": "título", "id_ticket_setor": "departamento", "prioridade": "prioridade",
        "menssagem": "mensagem", "su_status": "status",
    },
    "su_mensagens": {"id_ticket": "atendimento", "mensagem": "mensagem"},
    "su_ticket_arquivos": {"id_ticket": "atendimento", "descricao": "descrição"},
    "cliente_contrato_descontos": {
        "id_contrato": "contrato", "id_vd_contrato_produtos": "produto do plano", "descricao": "descrição",
    },
    "cliente_contrato_servicos": {
        "id_contrato": "contrato", "id_produto": "produto", "descricao": "descrição", "tipo_acres_desc": "tipo",
        "quantidade": "quantidade", "valor_unitario": "valor unitário", "data": "data",
    },
    "su_oss_chamado": {
        "tipo": "tipo", "id_assunto": "assunto", "id_cliente": "cliente", "id_filial": "filial",
        "origem_endereco": "origem do endereço", "prioridade": "prioridade", "setor": "setor", "status": "status",
    },
}  # fmt: skip

#: What a PUT keeps whatever is sent, without saying so (quirk 14).
KEPT_ON_PUT: dict[str, frozenset[str]] = {
    "su_ticket": frozenset({
        "protocolo", "data_criacao", "data_ultima_alteracao", "id_usuario_abertura", "updated_user", "origem_cadastro",
        "token", "status_sla", "mensagens_nao_lida_cli", "mensagens_nao_lida_sup", "data_hora_os_aberta",
        "data_hora_os_execucao", "data_hora_execucao", "data_hora_os_encaminhada", "id_ticket_status",
        "melhor_horario_agenda",
    }),
    "su_mensagens": frozenset({"id_ticket", "data", "operador"}),
    "cliente": frozenset({"data_cadastro"}),
    "fn_areceber": frozenset({"valor", "valor_aberto", "valor_recebido", "data_emissao"}),
}  # fmt: skip

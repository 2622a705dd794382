"""Word lists from which people, companies, streets and ticket texts are put together. No real person is meant."""

from __future__ import annotations

PRENOMES = (
    "Ana", "Antônia", "Antônio", "Beatriz", "Bruno", "Camila", "Carlos", "Cláudia", "Conceição", "Daniel", "Débora",
    "Eduardo", "Elaine", "Estêvão", "Fábio", "Fernanda", "Francisco", "Gabriela", "Geraldo", "Helena", "Hélio", "Ítalo",
    "Joana", "João", "Jonas", "José", "Júlia", "Larissa", "Leandro", "Letícia", "Lúcia", "Luís", "Luiza", "Marcelo",
    "Márcia", "Maria", "Mateus", "Mônica", "Natália", "Otávio", "Patrícia", "Paulo", "Pedro", "Rafael", "Raquel",
    "Renata", "Rodrigo", "Rosângela", "Sebastião", "Simone", "Tânia", "Thiago", "Valéria", "Vinícius", "Zélia",
)  # fmt: skip
SOBRENOMES = (
    "Almeida", "Andrade", "Araújo", "Barbosa", "Barros", "Batista", "Brandão", "Cardoso", "Carvalho", "Conceição",
    "Costa", "Dias", "Farias", "Fernandes", "Ferreira", "Freitas", "Gonçalves", "Guimarães", "Lima", "Lopes", "Machado",
    "Magalhães", "Martins", "Melo", "Mendes", "Moraes", "Moreira", "Nascimento", "Nogueira", "Oliveira", "Pereira",
    "Pinto", "Queiroz", "Ramos", "Ribeiro", "Rocha", "Sá", "Santos", "Silva", "Simões", "Souza", "Teixeira", "Vieira",
    "d'Ávila",
)  # fmt: skip
RAMOS = (
    "Padaria", "Farmácia", "Auto Peças", "Mercearia", "Clínica Odontológica", "Escritório Contábil", "Açougue",
    "Pet Shop", "Papelaria", "Restaurante", "Oficina Mecânica", "Hotel", "Loja de Calçados", "Escola Infantil",
)  # fmt: skip
FANTASIAS = (
    "Bom Preço", "Três Irmãos", "Central", "São José", "Estrela do Sul", "Pão Quente", "Avenida", "Nova Era",
    "Boa Vista", "Ipê Amarelo", "Santa Rita", "Recanto", "União", "Progresso",
)  # fmt: skip
TERMINACOES = ("Ltda", "ME", "Ltda - ME", "EPP", "S.A.")

LOGRADOUROS = (
    "Rua das Acácias", "Rua São João", "Avenida Brasil", "Rua Sete de Setembro", "Rua Quinze de Novembro",
    "Travessa da Conceição", "Avenida Getúlio Vargas", "Rua Marechal Deodoro", "Rua Ipê-Roxo", "Estrada da Grota",
    "Rua Tiradentes", "Avenida Presidente Kennedy", "Rua José Bonifácio", "Linha Santo Antônio",
)  # fmt: skip
BAIRROS = (
    "Centro", "Boa Esperança", "Jardim América", "São Cristóvão", "Vila Nova", "Santa Luzia", "Industrial",
    "Cidade Alta", "Parque das Águas", "Interior",
)  # fmt: skip
COMPLEMENTOS = ("", "", "", "Casa 2", "Apto 301", "Fundos", "Bloco B, apto 12", "Sítio Água Clara")
#: name, state, area code, latitude, longitude (of the town, roughly)
CIDADES = (
    ("Chapecó", "SC", "49", -27.10, -52.61),
    ("São Miguel do Oeste", "SC", "49", -26.72, -53.52),
    ("Xanxerê", "SC", "49", -26.88, -52.40),
    ("Erechim", "RS", "54", -27.63, -52.27),
    ("Palmas", "PR", "46", -26.48, -51.99),
    ("Conceição do Mato Dentro", "MG", "31", -19.04, -43.42),
)
DOMINIOS = ("example.net", "example.com.br")

# --- what people write in tickets; {nome}, {hora}, {dia}, {n} are filled in
RELATOS = (
    "Cliente relata que está sem conexão desde {hora}. Luz LOS vermelha na ONU.",
    "Cliente informa lentidão à noite, principalmente em vídeo. Teste cabeado: {n} Mbps.",
    "{nome} pede visita técnica: o sinal do Wi-Fi não chega ao quarto dos fundos.",
    "Cliente solicita segunda via do boleto com vencimento em {dia}.",
    "Cliente não reconhece a cobrança do mês e pede revisão da fatura.",
    "Solicita mudança de endereço para a mesma cidade; aguarda orçamento.",
    "Cabo rompido na calçada após poda de árvore. Vizinhos também sem sinal.",
    "Cliente esqueceu a senha do Wi-Fi e pede que seja trocada.",
    "Roteador reinicia sozinho {n} vezes por dia. Já trocou a tomada.",
    "Cliente quer saber se há viabilidade para o plano de 1 Gbps.",
    "Queda de energia em {dia}; depois disso a ONU não autentica (PPPoE sem resposta).",
    "Cliente pede cancelamento, mas aceita ouvir proposta de retenção.",
)
RELATOS_VARIAS_LINHAS = (
    "Cliente relata: sem acesso.\r\n\r\nVerificações:\r\n- ONU ligada, LOS apagado\r\n- potência: -{n} dBm\r\n"
    "- PPPoE desconectado desde {hora}\r\n\r\nRetornar à tarde.",
    "1) Reiniciou o equipamento\r\n2) Trocou o cabo\r\n3) Sem solução\r\n\r\nÉ necessário agendar visita.",
)
RELATOS_EMOJI = (
    "Cliente muito insatisfeito 😡 diz que é a {n}ª vez no mês. Prometido retorno até {hora} ⏰.",
    "Agradeceu o atendimento 👍🏽 mas a TV continua “travando” — ver canal do Wi-Fi.",
)
RELATOS_MARCADOS = (
    "Cliente enviou e-mail:<br />\r\n<b>Assunto:</b> internet caindo &amp; lenta<br />\r\nvelocidade < 10 Mbps",
)
PROTOCOLOS_DE_FORA = (
    "Atendimento pelo SZ.CHAT – Protocolo: {protocolo}\r\n\r\nCliente relata lentidão desde {dia}.",
    "Protocolo OPA: {protocolo}. Cliente sem sinal, aguardando técnico.",
)
PARAGRAFO_LONGO = (
    "Histórico copiado da conversa: o cliente explica que a conexão oscila várias vezes ao dia, que já reiniciou o "
    "roteador e a ONU, que não houve obra na residência e que a família trabalha em casa. O atendente orienta a testar "
    "por cabo, mede a latência (média de {n} ms) e registra que a perda de pacotes só aparece após as {hora}.\r\n"
)
TITULOS = (
    "Sem sinal desde ontem", "Cliente sem acesso à internet", "Retorno sobre visita", "Wi-Fi não chega no quarto",
    "2ª via - urgente", "Reclamação: \"internet caindo\"",
)  # fmt: skip

RESPOSTAS = (
    "Contato feito com o cliente, aguardando retorno.",
    "Reiniciada a porta da OLT; sinal voltou ao normal, acompanhar.",
    "Cliente não atendeu às {n} ligações. Deixado recado.",
    "Técnico agendado para {dia}, período da tarde.",
    "Ok",
    "Enviado boleto por e-mail.\r\nCliente confirmou o recebimento.",
    "Potência óptica em -{n} dBm, dentro do padrão. 👍",
    "Trocado canal do Wi-Fi de 6 para 11.",
    "Cliente pede desconto pelo período sem conexão.",
)
AO_ASSUMIR = ("Atendimento assumido.", "Assumido pelo suporte, iniciando análise.")
AO_PAUSAR = ("Aguardando retorno do cliente.", "Pendente: aguardando material no estoque.")
AO_SOLUCIONAR = (
    "Solucionado: refeita a fusão na caixa de emenda, sinal em -{n} dBm.",
    "Cliente confirma que está tudo certo. Encerrado.",
    "Boleto reenviado e pago. Atendimento concluído.",
)
AO_CANCELAR = ("Aberto em duplicidade.", "Cliente desistiu da solicitação.")
MASSIVA = "Queda massiva. Pontos de acesso afetados: {pontos}"
ANEXOS = (("foto.jpg", "Foto da ONU"), ("teste de velocidade.png", "Print do teste"), ("comprovante.pdf", "Pagamento"))

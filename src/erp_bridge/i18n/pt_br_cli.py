"""Portuguese for the command line: English text → text. In the order of the commands."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # the program
    "Tickets of several ERPs through one model, and two ERPs kept in step.": (
        "Atendimentos de vários ERPs em um só modelo, e dois ERPs sempre em dia um com o outro."
    ),
    "Configuration; else ERP_BRIDGE_CONFIG, else ./bridge.toml.": (
        "Configuração; senão ERP_BRIDGE_CONFIG, senão ./bridge.toml."
    ),
    "Language of texts; else that of the environment.": "Idioma dos textos; senão o do ambiente.",
    "Write logs to standard error, in this form.": "Escrever logs na saída de erros, neste formato.",
    "Say more: every request, and errors in full.": "Dizer mais: cada requisição, e os erros por inteiro.",
    "Show the version.": "Mostrar a versão.",
    "Show this text and end.": "Mostrar este texto e sair.",
    "One JSON object.": "Um objeto JSON.",
    "Usage: ": "Uso: ",
    "Commands": "Comandos",
    "Options": "Opções",
    "[OPTIONS]": "[OPÇÕES]",
    "COMMAND [ARGS]...": "COMANDO [ARGS]...",
    "FILE": "ARQUIVO",
    "TEXT": "TEXTO",
    "TERM": "TERMO",
    "REASON": "MOTIVO",
    "NAME": "NOME",
    "NUMBER": "NÚMERO",
    "ADDRESS": "ENDEREÇO",
    "DEPARTMENT": "DEPARTAMENTO",
    "ZONE": "FUSO",
    "FAULTS": "FALHAS",
    "NAME ADAPTER URL": "NOME ADAPTADOR URL",
    "NAME.KEY=REFERENCE": "NOME.CHAVE=REFERÊNCIA",
    # errors
    "Error: {line}": "Erro: {line}",
    "Interrupted.": "Interrompido.",
    "see `{command} --help`": "veja `{command} --help`",
    "there is no {what} {name} in the configuration": "não há {what} {name} na configuração",
    "; did you mean {nearest}?": "; quis dizer {nearest}?",
    "the package {package} is missing here: pip install {extra}": (
        "o pacote {package} não está instalado aqui: pip install {extra}"
    ),
    "this is a fault of erp-bridge itself; -v before the command shows where": (
        "isto é um defeito do próprio erp-bridge; -v antes do comando mostra onde"
    ),
    # sandbox
    "Start one simulated ERP on 127.0.0.1 and print how to reach it.\n\n"
    'It runs until Ctrl-C and keeps nothing. FAULTS is for example "latency=50ms,status=503:0.05,lost_reply=0.1".': (
        "Iniciar um ERP simulado em 127.0.0.1 e mostrar como chegar a ele.\n\n"
        'Roda até Ctrl-C e não guarda nada. FALHAS é por exemplo "latency=50ms,status=503:0.05,lost_reply=0.1".'
    ),
    "Port; else a free one.": "Porta; senão uma livre.",
    "How many tickets it has; else 120 or 60.": "Quantos atendimentos tem; senão 120 ou 60.",
    "What goes wrong, and how often.": "O que dá errado, e com que frequência.",
    "Another number, other data.": "Outro número, outros dados.",
    "the port {port} is taken: choose another one with --port": "a porta {port} está ocupada: escolha outra com --port",
    "# A simulated {erp} at {url}; Ctrl-C ends it.": "# Um {erp} simulado em {url}; Ctrl-C encerra.",
    "# Its credentials, for the shell that runs erp-bridge:": "# As credenciais, para o shell que roda o erp-bridge:",
    "# Its table, for bridge.toml:": "# A tabela, para o bridge.toml:",
    # init
    "An ERP; repeat it for the second.": "Um ERP; repita para o segundo.",
    "Where a secret is found: env:NAME, file:PATH or keyring:SERVICE/USER; else env:NAME_KEY.": (
        "Onde está um segredo: env:NOME, file:CAMINHO ou keyring:SERVIÇO/USUÁRIO; senão env:NOME_CHAVE."
    ),
    "Time zone of the ERPs; else America/Sao_Paulo.": "Fuso horário dos ERPs; senão America/Sao_Paulo.",
    "Name of the pair that joins two ERPs; else suporte.": "Nome do par que une dois ERPs; senão suporte.",
    "Overwrite a file that is there already.": "Sobrescrever um arquivo que já existe.",
    "{path} is there already: --force overwrites it": "{path} já existe: --force sobrescreve",
    "there is nobody to ask here: name the ERPs with --erp NAME ADAPTER URL": (
        "não há a quem perguntar aqui: informe os ERPs com --erp NOME ADAPTADOR URL"
    ),
    "Name of the ERP": "Nome do ERP",
    "Adapter ({known})": "Adaptador ({known})",
    "Address (https://...)": "Endereço (https://...)",
    "Time zone": "Fuso horário",
    "Where is its {key} found? (a reference)": "Onde está {key}? (uma referência)",
    "A second ERP, to be kept in step with it?": "Um segundo ERP, para manter em dia com ele?",
    "Written: {path}": "Escrito: {path}",
    "put the secrets into the environment: {variables}": "ponha os segredos no ambiente: {variables}",
    "`erp-bridge check` tries addresses and credentials, and says what is missing": (
        "`erp-bridge check` testa endereços e credenciais, e diz o que falta"
    ),
    "`erp-bridge vocab suggest {first} {second}` proposes vocabulary lines": (
        "`erp-bridge vocab suggest {first} {second}` propõe linhas de vocabulário"
    ),
    "`erp-bridge plan {pair}` shows what a pass would do, and changes nothing": (
        "`erp-bridge plan {pair}` mostra o que uma passada faria, e não muda nada"
    ),
    "`erp-bridge sync {pair}` does it": "`erp-bridge sync {pair}` faz",
    # the file that init writes
    "What the bridge remembers: ids, digests and times; no names, no texts.": (
        "O que a ponte guarda: ids, resumos e horários; nenhum nome, nenhum texto."
    ),
    'The key of the digests is made beside it at the first start; move it with key = "file:PATH".': (
        'A chave dos resumos é criada ao lado no primeiro início; mude de lugar com key = "file:CAMINHO".'
    ),
    "How hard the bridge may work this ERP:": "O quanto a ponte pode exigir deste ERP:",
    "A certificate that this machine does not know: verify = the path of its CA file, never false.": (
        "Certificado que esta máquina não conhece: verify = o caminho do arquivo da CA, nunca false."
    ),
    "This ERP's id = the name that both sides share. `erp-bridge vocab suggest` proposes these lines.": (
        "Id neste ERP = nome comum aos dois lados. `erp-bridge vocab suggest` propõe estas linhas."
    ),
    "Messages go out as: comment (needs submethods.comentar below), attachment or none.": (
        "Mensagens saem como: comment (exige submethods.comentar abaixo), attachment ou none."
    ),
    "What every ticket opened here carries; the codes are this tenant's own.": (
        "O que todo atendimento aberto aqui leva; os códigos são os deste provedor."
    ),
    "Codes of the queries saved in this tenant; a query that is not there takes its function along.": (
        "Códigos das consultas salvas neste provedor; sem a consulta, não há a função."
    ),
    "Calls for commenting and for the status: not public, ask Elitesoft for their names.": (
        "Chamadas para comentar e para o status: não são públicas, peça os nomes à Elitesoft."
    ),
    "both, left-to-right or right-to-left": "both (os dois sentidos), left-to-right ou right-to-left",
    "Only tickets opened on or after that day; without the line, those open now or changed from now on.": (
        "Só atendimentos abertos a partir desse dia; sem a linha, os que estão abertos ou mudarem de agora em diante."
    ),
    "A pass that would do more than this stops before its first write.": (
        "Uma passada que faria mais do que isto para antes da primeira escrita."
    ),
    "The shared name for a subject that the other side does not have.": (
        "O nome comum para um assunto que o outro lado não tem."
    ),
    "When both sides changed the same field: newest, left, right, or ask a person.": (
        "Quando os dois lados mudaram o mesmo campo: newest (o mais novo), left, right ou ask (perguntar)."
    ),
    # ticket
    "Tickets by hand: show, open, move, export, import.": (
        "Atendimentos à mão: mostrar, abrir, mover, exportar, importar."
    ),
    "Show a ticket with its movements. ID is its id there, or its protocolo.": (
        "Mostrar um atendimento com as movimentações. ID é o id no ERP, ou o protocolo."
    ),
    "Open a ticket. The first line printed is the protocolo to tell the client.\n\n"
    "Terms (subject, department, ...) are given by id or by name.": (
        "Abrir um atendimento. A primeira linha mostrada é o protocolo para informar ao cliente.\n\n"
        "Termos (assunto, departamento, ...) se informam por id ou por nome."
    ),
    "The client, by its id in this ERP.": "O cliente, pelo id neste ERP.",
    "The client, by CPF or CNPJ.": "O cliente, por CPF ou CNPJ.",
    "The network structure, for a ticket without a client.": "A estrutura da rede, para atendimento sem cliente.",
    "Subject.": "Assunto.",
    "Department.": "Departamento.",
    "Title; else the name of the subject.": "Título; senão o nome do assunto.",
    "What it is about; - reads it from standard input.": "Do que se trata; - lê da entrada padrão.",
    "Priority; else normal.": "Prioridade; senão normal.",
    "Status; else novo.": "Status; senão novo.",
    "The client's login that it is about.": "O login do cliente de que se trata.",
    "The client's contract that it is about.": "O contrato do cliente de que se trata.",
    "Address, when it is neither the client's nor the login's.": (
        "Endereço, quando não é o do cliente nem o do login."
    ),
    "Service channel.": "Canal de atendimento.",
    "Process; it may open work orders in the ERP.": "Processo; pode abrir ordens de serviço no ERP.",
    "Who is responsible.": "O responsável.",
    "Whom to call back: the person's name.": "Para quem retornar: o nome da pessoa.",
    "Whom to call back: the telephone.": "Para quem retornar: o telefone.",
    "Whom to call back: the e-mail.": "Para quem retornar: o e-mail.",
    "say whom it is about: --cliente, --documento or --estrutura": (
        "diga de quem se trata: --cliente, --documento ou --estrutura"
    ),
    "several active clients have that document: choose one by --cliente ({ids})": (
        "vários clientes ativos têm esse documento: escolha um com --cliente ({ids})"
    ),
    "Move a ticket: take it over, pause, solve, cancel, forward, set a status, comment.": (
        "Mover um atendimento: assumir, pausar, solucionar, cancelar, encaminhar, mudar o status, comentar."
    ),
    "Take it over.": "Assumir.",
    "Pause it, for this reason.": "Pausar, por este motivo.",
    "Solve it, with this solution.": "Solucionar, com esta solução.",
    "Cancel it, for this reason.": "Cancelar, por este motivo.",
    "Forward it to this department.": "Encaminhar a este departamento.",
    "With --encaminhar: to this person.": "Com --encaminhar: a esta pessoa.",
    "Set this status.": "Pôr este status.",
    "Write a comment; with --status, the one that explains it.": "Comentar; com --status, o comentário que o explica.",
    "With --comment: the client may read it.": "Com --comment: o cliente pode ler.",
    "say one thing to do: --assumir, --pausar, --solucionar, --cancelar, --encaminhar, --status or --comment": (
        "diga uma só ação: --assumir, --pausar, --solucionar, --cancelar, --encaminhar, --status ou --comment"
    ),
    "Protocolo": "Protocolo",
    "Status": "Status",
    "Priority": "Prioridade",
    "Client": "Cliente",
    "Requester": "Solicitante",
    "Structure": "Estrutura",
    "Login": "Login",
    "Contract": "Contrato",
    "Plan": "Plano",
    "Access point": "Ponto de acesso",
    "Label": "Etiqueta",
    "Subject": "Assunto",
    "Department": "Departamento",
    "Responsible": "Responsável",
    "Process": "Processo",
    "Channel": "Canal",
    "Complementary status": "Status complementar",
    "Origin": "Origem",
    "Address": "Endereço",
    "Reserved date": "Data reservada",
    "Best time": "Melhor horário",
    "Opened": "Aberto em",
    "Changed": "Alterado em",
    "Closed": "Encerrado em",
    # adapter
    "Adapters: the ERPs that can be spoken to.": "Adaptadores: os ERPs com que se pode falar.",
    "List the adapters, and what each ERP of the configuration can and cannot do.": (
        "Listar os adaptadores, e o que cada ERP da configuração faz e não faz."
    ),
    "Adapter": "Adaptador",
    "Keys it needs": "Chaves obrigatórias",
    "Keys it may have": "Chaves opcionais",
    "ERP": "ERP",
    "Can": "Faz",
    "Cannot": "Não faz",
    # completion
    'Print the completion script of a shell.\n\nFor bash: eval "$(erp-bridge completion bash)" in ~/.bashrc.': (
        "Mostrar o script de autocompletar de um shell.\n\n"
        'Para bash: eval "$(erp-bridge completion bash)" no ~/.bashrc.'
    ),
}

"""Portuguese for syncing and deciding: English text → text. In the order of the commands."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # the store
    "Copy the store and its digest key into a folder, also while it is in use.": (
        "Copiar o armazém e a chave dos resumos para uma pasta, mesmo em uso."
    ),
    "Examine the store: key, schema, integrity, file modes.": (
        "Examinar o armazém: chave, esquema, integridade, permissões."
    ),
    "Forget a client: its links become tombstones, and are never carried again.": (
        "Esquecer um cliente: seus vínculos viram lápides e nunca mais são levados."
    ),
    "The client's CPF or CNPJ.": "O CPF ou CNPJ do cliente.",
    "store copied to {path}": "armazém copiado para {path}",
    "digest key copied to {path}: keep both where only you can read": (
        "chave dos resumos copiada para {path}: guarde os dois onde só você possa ler"
    ),
    "the digest key is not in a file and was NOT copied: without it the copy is of no use": (
        "a chave dos resumos não está em arquivo e NÃO foi copiada: sem ela a cópia não serve"
    ),
    "{pair}: {links} links and {alone} single tickets are tombstones now": (
        "{pair}: {links} vínculos e {alone} atendimentos avulsos agora são lápides"
    ),
    # demo
    "Two simulated ERPs with data, brought into step before your eyes.": (
        "Dois ERPs simulados com dados, postos em dia diante dos seus olhos."
    ),
    "{name}: a simulated {adapter} at {url}": "{name}: um {adapter} simulado em {url}",
    "The first pass: every open ticket gets its twin": "A primeira passada: cada atendimento aberto ganha seu gêmeo",
    "Then people go on working, on both sides": "Depois as pessoas seguem trabalhando, dos dois lados",
    "The second pass carries it over": "A segunda passada leva de um lado ao outro",
    "The third pass finds nothing new and writes nothing": "A terceira passada não acha novidade e não escreve nada",
    "What waits for a person, and why": "O que espera por uma pessoa, e por quê",
    "One ticket, as each ERP shows it": "Um atendimento, como cada ERP o mostra",
    "matriz writes a comment to ticket {id}": "a matriz comenta o atendimento {id}",
    "filial answers in its twin {id} and takes it over": "a filial responde no gêmeo {id} e o assume",
    "matriz solves ticket {id}": "a matriz soluciona o atendimento {id}",
    "both change the status of one ticket ({left} and {right}), to different values": (
        "as duas mudam o status de um mesmo atendimento ({left} e {right}), para valores diferentes"
    ),
    "matriz opens ticket {id}": "a matriz abre o atendimento {id}",
    "Now with your own: `erp-bridge init`. Or look around in a simulated ERP: `erp-bridge sandbox ixc`.": (
        "Agora com os seus: `erp-bridge init`. Ou conheça um ERP simulado: `erp-bridge sandbox ixc`."
    ),
    # vocab
    "Vocabularies: which term of one ERP is which of the other.": (
        "Vocabulários: que termo de um ERP é qual do outro."
    ),
    "Propose vocabulary lines by the likeness of names.\n\n"
    "Prints TOML ready to paste; read it before you do. Terms of the same name need no line.": (
        "Propor linhas de vocabulário pela semelhança dos nomes.\n\n"
        "Mostra TOML pronto para colar; leia antes. Termos de mesmo nome dispensam linha."
    ),
    "Least likeness; else 0.6.": "Semelhança mínima; senão 0.6.",
    "# nothing to propose: every term has a line or a counterpart of the same name": (
        "# nada a propor: todo termo tem linha ou correspondente de mesmo nome"
    ),
    "# {erp}, {kind}: nothing resembles {id} {name}": "# {erp}, {kind}: nada se parece com {id} {name}",
    # plan, apply, sync
    "pair": "par",
    "Show what a pass would do, record by record. Changes nothing.": (
        "Mostrar o que uma passada faria, registro por registro. Não muda nada."
    ),
    "Save the plan for `apply`: ids, fields and digests, no values.": (
        "Salvar o plano para `apply`: ids, campos e resumos, nenhum valor."
    ),
    "Saved: {path}; `erp-bridge apply {path}` carries it out.": "Salvo: {path}; `erp-bridge apply {path}` executa.",
    "Carry out a saved plan. What has changed since is refused, record by record.": (
        "Executar um plano salvo. O que mudou desde então é recusado, registro por registro."
    ),
    "Run one pass: both sides are brought into step.": "Fazer uma passada: os dois lados ficam em dia.",
    "Only say what it would do.": "Só dizer o que faria.",
    "Lift this gate for this pass.": "Levantar esta trava nesta passada.",
    "Most tickets changed; else the pair's own.": "Máximo de atendimentos alterados; senão o do par.",
    "Most tickets created; else the pair's own.": "Máximo de atendimentos criados; senão o do par.",
    "Read everything again, not only what changed.": "Ler tudo de novo, não só o que mudou.",
    "planning": "planejando",
    "writing": "escrevendo",
    "Action": "Ação",
    "Before → after": "Antes → depois",
    "Nothing to do: both sides are in step.": "Nada a fazer: os dois lados estão em dia.",
    "create": "criar",
    "tell": "avisar",
    "movement": "movimentação",
    "change": "alterar",
    "status": "status",
    "forward": "encaminhar",
    "adopt": "adotar",
    "conflict": "conflito",
    "quarantine": "quarentena",
    "doubt": "dúvida",
    "failed": "falhou",
    "refused": "recusado",
    "no twin yet": "ainda sem gêmeo",
    "changed": "mudou",
    "new": "novo",
    "sets {status}": "põe {status}",
    "both records exist already": "os dois registros já existem",
    "changed since the plan": "mudou desde o plano",
    "{pair}: what a pass would do": "{pair}: o que uma passada faria",
    "read": "lidos",
    "created": "criados",
    "updated": "alterados",
    "movements": "movimentações",
    "requests": "requisições",
    "adopted: {count}": "adotados: {count}",
    "skipped: {count}": "pulados: {count}",
    "conflicts": "conflitos",
    "quarantined": "em quarentena",
    "in doubt": "em dúvida",
    "failed, tried again by the next pass": "falharam, a próxima passada tenta de novo",
    "{seconds} s": "{seconds} s",
    # status
    "How the pairs stand: lag, links, what waits, last error, next run.": (
        "Como estão os pares: atraso, vínculos, o que espera, último erro, próxima passada."
    ),
    "Pair": "Par",
    "off": "desligado",
    "Links": "Vínculos",
    "Lag": "Atraso",
    "Open intents": "Intenções abertas",
    "Conflicts": "Conflitos",
    "Quarantine": "Quarentena",
    "Doubts": "Dúvidas",
    "Failed": "Falhas",
    "Last error": "Último erro",
    "Next run": "Próxima",
    "never": "nunca",
    "{pair}: not carried from {side}: {fields}": "{pair}: não é levado de {side}: {fields}",
    # conflicts, doubts, quarantine
    "Fields changed on both sides to different values.": "Campos mudados nos dois lados para valores diferentes.",
    "Records of which nobody can prove what became of them.": "Registros de que ninguém pode provar o que foi feito.",
    "Records that cannot be carried over as they are.": "Registros que não podem ser levados como estão.",
    "Only those of this pair.": "Só os deste par.",
    "List them; so does the command alone.": "Listar; o comando sozinho faz o mesmo.",
    "Show one, with both tickets as they are now.": "Mostrar um, com os dois atendimentos como estão agora.",
    "Say which side is right; the next pass carries it out.": "Dizer que lado está certo; a próxima passada executa.",
    "The side that is right.": "O lado que está certo.",
    "Say which record is the twin, or that there is none.": "Dizer qual registro é o gêmeo, ou que não há.",
    "The twin's id in the other ERP.": "O id do gêmeo no outro ERP.",
    "There is no twin.": "Não há gêmeo.",
    "say either --twin ERPID or --none": "diga --twin IDNOERP ou --none",
    "Let the next pass try again: one record, or all.": "Deixar a próxima passada tentar de novo: um, ou todos.",
    "{count} to be tried again by the next pass.": "{count} a tentar de novo na próxima passada.",
    "Recorded; the next pass carries it out.": "Anotado; a próxima passada executa.",
    "Nothing waits.": "Nada espera.",
    "No.": "Nº",
    "Ticket": "Atendimento",
    "Field": "Campo",
    "Reason": "Motivo",
    "Since": "Desde",
    # link
    "Links: which ticket is whose twin.": "Vínculos: que atendimento é gêmeo de qual.",
    "List the links of the pair.": "Listar os vínculos do par.",
    "Propose twins among the open tickets; records nothing.": "Propor gêmeos entre os abertos; não anota nada.",
    "Join two tickets that are twins already; the next pass carries it out.": (
        "Unir dois atendimentos que já são gêmeos; a próxima passada executa."
    ),
    "Part two twins for good; neither is carried again.": "Separar dois gêmeos de vez; nenhum volta a ser levado.",
    "Likeness": "Semelhança",
}

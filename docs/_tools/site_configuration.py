"""The page of ``bridge.toml``, made from the settings' own models: every key, its type and what it is when not said."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from enum import Enum

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from erp_bridge.adapters import registry
from erp_bridge.config.model import NotifySettings, PairSettings, ServiceSettings, StateSettings

WORDS = {
    "title": ("Configuration", "Configuração"),
    "intro": (
        "Every key of `bridge.toml`. An unknown key is an error that names the nearest one. Durations are written as "
        '"30s", "10m", "24h"; secrets only by reference: `env:NAME`, `file:PATH`, `keyring:SERVICE/USER`.',
        "Todas as chaves do `bridge.toml`. Uma chave desconhecida é um erro que diz a mais parecida. Durações se "
        'escrevem "30s", "10m", "24h"; segredos, só por referência: `env:NOME`, `file:CAMINHO`, '
        "`keyring:SERVIÇO/USUÁRIO`.",
    ),
    "head": ("| key | type | when not said |", "| chave | tipo | quando não se diz |"),
    "required": ("required", "obrigatória"),
    "nothing": ("nothing", "nada"),
}


def page(lang: str) -> str:
    """The whole page in that language; names of keys and types are those of the code."""
    place = 1 if lang == "pt-BR" else 0
    plugins = [(f'[erp.X], adapter = "{name}"', registry.plugin(name)) for name in registry.names()]
    tables: list[tuple[str, type[BaseModel], Collection[str]]] = [
        ("[state]", StateSettings, ()),
        *((title, plugin.settings, plugin.required) for title, plugin in plugins),
        ("[pair.X]", PairSettings, ()),
        ("[service]", ServiceSettings, ()),
        ("[notify]", NotifySettings, ()),
    ]
    parts = [f"# {WORDS['title'][place]}\n", f"{WORDS['intro'][place]}\n"]
    for title, model, required in tables:
        parts += [f"## `{title}`\n", *_table(model, required, place), ""]
    return "\n".join(parts)


def _table(model: type[BaseModel], required: Collection[str], place: int) -> Iterator[str]:
    yield WORDS["head"][place]
    yield "|---|---|---|"
    for name, field in model.model_fields.items():
        if name == "name":
            continue
        if field.is_required() or name in required:
            default = WORDS["required"][place]
        elif field.default is PydanticUndefined:
            default = _told(field.get_default(call_default_factory=True, validated_data={}), place)
        else:
            default = _told(field.default, place)
        kind = _type(field.annotation).replace("|", "\\|")
        yield f"| `{name}` | `{kind}` | {default} |"


def _type(annotation: object) -> str:
    text = getattr(annotation, "__name__", "") if isinstance(annotation, type) else str(annotation)
    for noise in ("typing.", "collections.abc.", "erp_bridge.config.model.", "erp_bridge.core.settings.", "datetime."):
        text = text.replace(noise, "")
    return {"timedelta": "duration", "NoneType": "nothing"}.get(text, text)


def _told(value: object, place: int) -> str:
    if isinstance(value, BaseModel) or value in (None, "", (), {}):
        return WORDS["nothing"][place]
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f'`"{seconds // 3600}h"`' if seconds % 3600 == 0 and seconds else f'`"{seconds}s"`'
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Enum):
        value = value.value
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"

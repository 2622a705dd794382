"""The errors say where and what, and survive a journey between processes."""

from __future__ import annotations

import pickle

import pytest

from erp_bridge.core import errors
from erp_bridge.core.errors import BridgeError, Refused, Unsupported, ValidationFailed
from erp_bridge.core.rules import Violation


def kinds() -> list[type[BridgeError]]:
    return [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BridgeError)]


def test_the_place_goes_before_the_message() -> None:
    assert str(Refused("preencha o login", erp="matriz", operation="create")) == "matriz create: preencha o login"
    assert str(Refused("preencha o login")) == "preencha o login"


def test_an_error_without_words_says_its_advice() -> None:
    assert "nothing was written" in str(errors.Unavailable())


@pytest.mark.parametrize("kind", kinds())
def test_every_error_carries_its_advice(kind: type[BridgeError]) -> None:
    assert kind.__doc__


def test_what_is_missing_is_named() -> None:
    error = Unsupported("filial", "set_label")
    assert (error.erp, error.capability) == ("filial", "set_label")
    assert "set_label" in str(error)


def test_a_failed_validation_lists_every_violation() -> None:
    violations = [Violation.of("titulo-obrigatorio", "titulo"), Violation.of("canal-inativo", "canal")]
    error = ValidationFailed(violations, erp="matriz")
    assert error.violations == tuple(violations)
    assert "titulo-obrigatorio" in str(error)
    assert "canal-inativo" in str(error)


@pytest.mark.parametrize(
    "error",
    [
        Refused("não", erp="matriz", operation="create"),
        Unsupported("filial", "set_label"),
        ValidationFailed([Violation.of("busca-curta", "texto", minimo=2)], erp="matriz"),
    ],
)
def test_errors_survive_a_journey_between_processes(error: BridgeError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))

from __future__ import annotations

import jax
import pytest

from ffnn.training import devices


@pytest.mark.parametrize(("backend", "device"), [("cpu", devices.CPU), ("gpu", devices.GPU)])
def test_the_device_is_the_kind_that_jax_computes_on(monkeypatch, backend, device):
    monkeypatch.setattr(jax, "default_backend", lambda: backend)
    assert devices.current() == device

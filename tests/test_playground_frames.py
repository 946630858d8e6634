from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from courses import unpacked
from ffnn.playground.frames import packed

of_types = st.sampled_from([np.uint8, np.int32, np.float32])
some = of_types.flatmap(lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=1, max_dims=3, min_side=0)))


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=3), st.lists(some, max_size=4))
def test_what_is_packed_is_found_again(described, given_arrays):
    named = {f"array {number}": array for number, array in enumerate(given_arrays)}
    header, found = unpacked(packed(described, named))
    assert {name: value for name, value in header.items() if name != "arrays"} == {
        name: value for name, value in described.items() if name != "arrays"
    }
    assert found.keys() == named.keys()
    for name, array in named.items():
        assert found[name].shape == array.shape
        assert found[name].tobytes() == array.tobytes()


def test_arrays_that_lie_otherwise_in_memory_are_written_row_by_row():
    array = np.arange(6, dtype=np.float32).reshape(2, 3).T
    assert np.array_equal(unpacked(packed({}, {"a": array}))[1]["a"], array)

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import ffnn
from ffnn import errors
from ffnn.errors import FeedforwardError, near
from ffnn.playground import errors as playground_errors


def errors_in(module) -> list[type]:
    return [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Exception)]


ERRORS = errors_in(errors)


@pytest.mark.parametrize("error", [*ERRORS, *errors_in(playground_errors)])
def test_every_error_is_ours_and_a_value_error(error):
    assert issubclass(error, FeedforwardError)
    assert issubclass(error, ValueError)


def test_the_tree_in_the_docstring_is_the_tree():
    drawn: dict[str, str] = {}
    parents = ["FeedforwardError"]
    for place, name in re.findall(r"^([│ ]*)[├└]── (\w+)", errors.__doc__, re.MULTILINE):
        depth = len(place) // 4 + 1
        parents[depth:] = [name]
        drawn[name] = parents[depth - 1]
    assert drawn == {error.__name__: error.__base__.__name__ for error in ERRORS if error is not FeedforwardError}


def test_near_offers_like_names_only():
    assert near("incme", ["age", "income", "city"]) == "did you mean 'income'?"


def test_near_offers_the_same_name_in_other_case():
    assert near("AGE", ["city", "age"]) == "did you mean 'age'?"


def test_near_lists_what_there_is_where_nothing_is_alike():
    assert near("zzz", ["age", "city"]) == "known: age, city"


def test_near_counts_names_beyond_twenty():
    assert near("zzz", [f"c{n}" for n in range(25)]).endswith("c18, c19 and 5 more")


def test_near_says_so_where_there_is_nothing():
    assert near("age", []) == "there is none"


def test_names_of_several_lines_are_shown_in_one():
    assert near("zzz", ["up", "-\r\n7"]) == "known: up, '-\\r\\n7'"


def test_near_takes_names_that_can_be_walked_once():
    assert near("zzz", iter(["age"])) == "known: age"


def test_all_is_what_the_package_offers_lazily():
    assert ffnn.__all__ == sorted(ffnn.PLACES)


@pytest.mark.parametrize("name", sorted({*ffnn.__all__} - {"tf"}))
def test_each_offered_name_is_found_where_it_is_said_to_be(name):
    value = getattr(ffnn, name)
    assert value.__name__ == name
    assert f"{value.__module__}:{name}" == f"ffnn.{ffnn.PLACES[name]}"
    assert name in dir(ffnn)


def test_the_vocabulary_is_there_when_it_is_used():
    program = "import ffnn, sys; assert 'ffnn.tf' not in sys.modules; print(ffnn.tf.__name__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "ffnn.tf\n"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"no attribute 'fit'.*train"):
        ffnn.fit  # noqa: B018


def test_importing_the_package_imports_no_other():
    program = (
        "import sys; before = set(sys.modules); import ffnn; "
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['ffnn']"

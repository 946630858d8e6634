from __future__ import annotations

import pytest

from ffnn.errors import TableError
from ffnn.tables.formats import reading


@pytest.mark.parametrize("word", ["12,50 €", "12 °C", "40 m²", "Prüfung", "£5", "Größe"])
def test_signs_and_accents_of_western_tables_are_those_of_cp1252(word):
    text = "name;value\n" + f"Anna;{word}\n" * 50
    found = reading.read_bytes(text.encode("cp1252"), "t.csv")
    assert found.table["value"].to_list() == [word] * 50
    assert found.understood.dialect.encoding == "cp1252"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "iso8859-5"])
def test_letters_of_another_alphabet_are_not_guessed(encoding):
    text = "имя;город\n" + "Анна;Москва\n" * 50
    with pytest.raises(TableError, match="not those of a Western alphabet"):
        reading.read_bytes(text.encode(encoding), "t.csv")

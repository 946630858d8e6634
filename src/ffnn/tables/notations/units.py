"""Currencies, units and signs as people write them beside numbers: tables, and how a unit is recognised."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl


def listed(words: str) -> tuple[str, ...]:
    """Words that blanks part; an underscore stands for a blank within one."""
    return tuple(word.replace("_", " ") for word in words.split())


POINTED = listed("""
    $ US$ USD A$ AU$ AUD C$ CA$ CAD NZ$ NZD HK$ HKD S$ SGD NT$ TWD MX$ MXN £ GBP ¥ JPY CN¥ CNY RMB 元 円 ₩ KRW ₹ INR Rs.
    Rs PKR LKR BDT ৳ ฿ THB ₱ PHP RM MYR ₪ ILS ₦ NGN GH₵ GHS KSh KES
""")
"""Currencies of countries that write a decimal point; no amount has three decimals there: $1,234 is 1234."""

CURRENCIES = POINTED + listed("""
    € EUR CHF Fr. SFr. kr kr. SEK NOK DKK ISK zł PLN Kč CZK Ft HUF lei RON лв BGN RSD ₽ RUB ₴ UAH ₺ TRY TL ₸ KZT R$ BRL
    ARS CLP COP PEN S/ UYU ₫ VND Rp IDR ZAR E£ EGP MAD AED SAR QAR KWD BHD OMR JOD ₿ BTC ETH ¢
""")
"""Signs and codes that stand before or after an amount."""

UNITS = listed("""
    % ‰ ° °C °F K pct percent ppm ppb dB pH
    kg g mg µg ug ng t lb oz st ton tonne gram kilogram pound
    m cm mm km µm um nm in inch inches ft feet foot yd mi mile
    m² m2 sqm km² km2 cm² cm2 ha acre ft² ft2 sqft sq_ft sq._ft. sq_m m³ m3 cm³ cm3 cc ccm l L dl dL cl ml mL fl_oz gal
    pt ms µs us ns s sec second min mins minute h hr hour d day wk week mo month yr year
    V mV kV A mA W kW MW GW Wh kWh MWh J kJ MJ cal kcal N Nm Hz kHz MHz GHz Pa hPa kPa MPa bar mbar psi atm mmHg hp bhp
    PS km/h kph mph m/s kn kt knot mpg kmpl km/l km/kg l/100km rpm bpm
    mg/dl mg/dL g/dl g/dL mmol/l mmol/L mg/l mg/L g/l g/L µg/m³ µg/m3 ug/m3 kg/m² kg/m2 kg/m³ kg/m3 g/cm³ g/cm3
    W/m² W/m2 B byte KB kB MB GB TB KiB MiB GiB bit kbps Mbps px em rem
    x pcs pc piece unit people person point star room seat
""")
"""Units beside which a cell may go without; any other word must stand in every cell."""

MULTIPLES = {
    word: power
    for power, words in {
        2: "hundred",
        3: "k thousand tsd",
        5: "lakhs lakh lac",
        6: "m mn mln mio million millions millionen",
        7: "crores crore cr",
        9: "b bn bln mrd billion billions",
        12: "tn trillion",
    }.items()
    for word in words.split()
}
"""Powers of ten that stand behind a number, in small letters."""

MULTIPLE = (
    rf"(?:(?i:{'|'.join(sorted((word for word in MULTIPLES if len(word) > 1), key=len, reverse=True))})\b\.?|[kKMBmb])"
)
"""The pattern of such a word."""

UNSURE = frozenset("mb")
"""Multiples that are units where no other stands in the column: 5 m are metres."""

NO_UNITS = frozenset(
    listed("""
    jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october
    november december mon tue wed thu fri sat sun am pm a.m p.m ad bc bce ce st nd rd th
    """)
)
"""Words behind a number that make something else of it: a day, an hour, a place in an order."""

CASELESS = frozenset(listed("kg km cm mm ml lb oz ft hr yr wk mo rs kr kb mb gb tb kw hp ps"))
"""Units of two letters whose capitals mean nothing; so it is with all of three and more."""

SIGNS = {
    **{chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)},  # full-width
    **{chr(start + digit): str(digit) for start in (0x660, 0x6F0, 0x966) for digit in range(10)},
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " "),
    **dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff", ""),
    **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\ufe63\u207b", "-"),
    **dict.fromkeys("\u2248\u223c", "~"),
    **dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'"),
    **dict(zip("\u066b\u066c\u03bc\u00ba\uffe5\uffe1", ".,µ°¥£", strict=True)),
    **dict(zip("\u2103\u2109\u338f", ("°C", "°F", "kg"), strict=True)),
}
"""Signs that mean what another does: widths of digits and blanks, kinds of minus and apostrophe."""


PLAIN_SIGNS = str.maketrans(SIGNS)


def tidied_cell(text: str) -> str:
    """A cell in the plain signs, without blanks at the ends."""
    return text.translate(PLAIN_SIGNS).strip()


def tidied(text: pl.Series) -> pl.Series:
    """The same of a column."""
    if (text.str.len_bytes() == text.str.len_chars()).all():
        return text.str.strip_chars()
    return text.str.replace_many(list(SIGNS), list(SIGNS.values())).str.strip_chars()


def folded(unit: str) -> str:
    """A unit by which its spellings are told to be the same: Days is day."""
    unit = " ".join(unit.split())
    if unit.isalpha() and (len(unit) > 2 or unit.lower() in CASELESS):
        plural = len(unit) > 2 and re.search("[^s]s$", unit.lower()) and unit.upper() not in CURRENCIES
        return unit.lower()[:-1] if plural else unit.lower()
    return unit


BEFORE = frozenset(map(folded, CURRENCIES)) | {"%"}
KNOWN = BEFORE | frozenset(map(folded, UNITS))
WITH_A_POINT = frozenset(map(folded, POINTED))
NO_POINT = BEFORE - WITH_A_POINT - {"%"}


def any_of(units: Iterable[str]) -> str:
    """The pattern of any of some units; nothing matches that of none."""
    return f"(?:{'|'.join(map(pattern, sorted(units, key=len, reverse=True))) or NOTHING})"


NOTHING = r"[^\s\S]"


def pattern(unit: str) -> str:
    """The pattern of a unit's spellings: all that `folded` gives as that unit."""
    spelled = pl.escape_regex(unit).replace(" ", " ?")
    if not unit.isalpha():
        return spelled
    plural = "s" if folded(f"{unit}s") == unit else ""
    if folded(unit.upper()) == unit == unit.lower():
        return f"(?i:{spelled}{plural}{'?' if plural else ''})"
    return f"(?:{spelled}|(?i:{spelled}s))" if plural else spelled

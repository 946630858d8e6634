"""Dates and times as people write them: each form once, as data, and its cells as ISO 8601 writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from ffnn.errors import TableError

MONTHS = {
    word: f"{number:02}"
    for number, words in enumerate(
        (
            "january januar janvier enero gennaio janeiro januari jan janv jänner ene gen styczeń stycznia sty "
            "январь января янв",
            "february februar février fevrier febrero febbraio fevereiro februari feb fév fev févr fevr "
            "luty lutego lut февраль февраля фев",
            "march märz maerz mars marzo março maart marts mar mär mrz mrt marzec marca март марта мар",
            "april avril abril aprile apr avr abr kwiecień kwietnia kwi апрель апреля апр",
            "may mai mayo maggio maio mei maj mag maja май мая",
            "june juni juin junio giugno junho jun giu czerwiec czerwca cze июнь июня июн",
            "july juli juillet julio luglio julho jul juil lug lipiec lipca lip июль июля июл",
            "august août aout agosto augustus augusti aug ago sierpień sierpnia sie август августа авг",
            "september septembre septiembre settembre setembro sep sept set wrzesień września wrz "
            "сентябрь сентября сен сент",
            "october oktober octobre octubre ottobre outubro oct okt ott out październik października paź "
            "октябрь октября окт",
            "november novembre noviembre novembro nov listopad listopada lis ноябрь ноября ноя нояб",
            "december dezember décembre diciembre dicembre dezembro desember dec dez déc dic des grudzień grudnia gru "
            "декабрь декабря дек",
        ),
        start=1,
    )
    for word in words.split()
}
"""The number of each month's name and abbreviation: English, German, French, Spanish, Italian, Portuguese, Dutch,
Swedish, Danish, Norwegian, Polish, Russian; where a language bends a name in a date, both of its forms."""

WEEKDAYS = tuple(
    word
    for words in (
        "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun",
        "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so",
        "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim",
        "lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom",
    )
    for word in words.split()
)
"""What may stand before a date and says nothing more."""

ZONES = {
    zone: offset
    for offset, zones in {
        "": "h uhr",
        "Z": "z utc gmt",
        "-08:00": "pst",
        "-07:00": "mst pdt",
        "-06:00": "cst mdt",
        "-05:00": "est cdt",
        "-04:00": "edt",
        "+01:00": "cet mez",
        "+02:00": "cest mesz",
    }.items()
    for zone in zones.split()
}
"""Offsets of named time zones: those of RFC 2822, section 4.3, and central Europe's; `h` and `Uhr` say that it is a
time."""

LETTERS = "[A-Za-zÀ-ɏА-яЁё]"
YEAR, ANY_YEAR, SHORT = r"(?P<year>\d{4})", r"(?P<year>\d\d(?:\d\d)?)", r"(?P<year>\d\d)"
MONTH, DAY, NAME = r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})", rf"(?P<name>{LETTERS}{{3,12}})\.?"
TO, AGAIN = "(?P<sign>[-/.]) ?", "(?P<again>[-/.]) ?"
WEEKDAY = rf"(?:(?P<weekday>{LETTERS}{{2,10}})[.,]* +)?"
SECOND = r"(?P<second>[0-5]\d)(?:[.,](?P<fraction>\d{1,9}))?"
TAIL = r"(?P<tail>[- A-Za-z+][-+.:/_A-Za-z0-9]*(?: [-+.:/_A-Za-z0-9]+)?)?"
CALLED = r"(?: \([^()]{1,40}\))?"
TIME = rf"(?P<hour>\d{{1,2}}):(?P<minute>[0-5]\d)(?::{SECOND})?{TAIL}{CALLED}"
PACKED_TIME = rf"(?P<hour>\d\d):?(?P<minute>[0-5]\d)(?::?{SECOND})?{TAIL}"
AT = r"(?:T|:|,? +(?:at +)?)"
"""Parts of the patterns below. What follows must tell itself apart by its first character, where that can be: then a
column is read in a third of the time."""

HALF_AND_ZONE = r"^ ?(?:(?P<half>[AaPp])\.?[Mm]\.?)? ?(?P<zone>[A-Za-z]+|(?:GMT|UTC)?[+-][01]\d(?::?[0-5]\d)?)?$"
"""What may stand after a time: before or after noon, and the zone."""


@dataclass(frozen=True)
class Form:
    """A way of writing dates.

    Attributes:
        example: A date so written.
        pattern: What a whole cell looks like. Of its groups `year` (or its last two digits), `month`, `name` (of a
            month), `day`, `quarter`, `week` and `of_week` make the day; `weekday` must be one, and `again` the same as
            `sign`; `hour`, `minute`, `second`, `fraction` and `tail` make the time; or `count` is the time since 1970.
        how: What is declared of a column that is so written, where digits alone do not show it.
        ticks: What `count` counts, in units a second; 0 where nothing is counted.
        declared: Whether only a column that is declared to hold dates is so read; else it holds numbers.
        known_by: What some cell must look like, where that is more than the pattern says.
    """

    example: str
    pattern: str
    how: str = ""
    ticks: int = 0
    declared: bool = False
    known_by: str = ""


def with_time(day: str) -> str:
    """The pattern of a day, of a weekday before it and a time after it where there are any."""
    return f"{WEEKDAY}{day}(?:{AT}{TIME})?"


THIS_AGE = r"(?P<year>(?:1[5-9]|20|21)\d\d)"
ANY_YEAR_OF_THIS_AGE = r"(?P<year>(?:1[5-9]|20|21)?\d\d)"
PACKED_MONTH, PACKED_DAY = r"(?P<month>\d\d)", r"(?P<day>\d\d)"
PACKED = f"{THIS_AGE}{PACKED_MONTH}{PACKED_DAY}"
PACKED_ANY = rf"{THIS_AGE}(?:{PACKED_MONTH}(?:{PACKED_DAY}(?:{PACKED_TIME})?)?)?"
COUNT, LONG = r"(?P<count>-?\d{1,19}(?:\.\d+)?)", r"-?\d{9,19}(?:\.\d+)?"

FORMS = {
    "year first": Form("2021-7-28", with_time(YEAR + TO + MONTH + AGAIN + DAY)),
    "year, month and day": Form("2021年7月28日", with_time(f"{YEAR}[年년] ?{MONTH}[月월] ?{DAY}[日号일]")),
    "day first": Form("28/7/2021", with_time(DAY + TO + MONTH + AGAIN + ANY_YEAR), "dayfirst"),
    "month first": Form("7/28/2021", with_time(MONTH + TO + DAY + AGAIN + ANY_YEAR), "monthfirst"),
    "short year first": Form("21-7-28", with_time(SHORT + TO + MONTH + AGAIN + DAY), "yearfirst"),
    "day and named month": Form(
        "28 Jul 2021",
        with_time(rf"{DAY}(?:st|nd|rd|th|er|\.)?[-/ ]*(?:of +|de +)?{NAME}[-/, ]*(?:de +)?'?{ANY_YEAR}"),
    ),
    "log": Form("[28/Jul/2021:06:02:00 +0200]", rf"\[{DAY}/{NAME}/{YEAR}:{TIME}\]"),
    "named month and day": Form("Jul 28, 2021", with_time(rf"{NAME}[-/ ]*{DAY}(?:st|nd|rd|th)?[-/, ]+'?{ANY_YEAR}")),
    "year and named month": Form("2021-Jul-28", with_time(f"{YEAR}[-/ ]*{NAME}[-/ ]*{DAY}")),
    "year last": Form("Wed Jul 28 06:02:00 2021", rf"{WEEKDAY}{NAME} +{DAY} +{TIME} +{YEAR}"),
    "month and year": Form("Jan 2018", rf"{NAME}[-/., ]*(?:de +)?{YEAR}"),
    "month and short year": Form("Jan-18", rf"{NAME}(?:[-/]| ?'){SHORT}"),
    "year and month": Form("2018-01", rf"{THIS_AGE}[-/M](?P<month>0[1-9]|1[0-2])"),
    "year and named month alone": Form("2018-Jan", f"{YEAR}[-/ ]*{NAME}"),
    "month number and year": Form("01/2018", rf"(?P<month>0?[1-9]|1[0-2])[-/]{THIS_AGE}"),
    "quarter": Form("2021Q3", rf"{YEAR}[-/ ]?[Qq](?P<quarter>[1-4])"),
    "quarter and year": Form("Q3 2021", rf"[Qq](?P<quarter>[1-4])[-/ ]?{YEAR}"),
    "quarter and short year": Form("Q3-21", rf"[Qq](?P<quarter>[1-4])(?:[-/ ]'?|'){SHORT}"),
    "quarter number and year": Form("3Q21", rf"(?P<quarter>[1-4])[Qq][-/ ]?'?{ANY_YEAR}"),
    "month number and short year": Form("07/21", rf"(?P<month>0[1-9]|1[0-2])/{SHORT}"),
    "week": Form("2021-W05", rf"{YEAR}[- ]?W(?P<week>\d\d?)(?:-?(?P<of_week>[1-7]))?"),
    "week and year": Form("W05/2021", rf"(?i:w|kw|cw|wk|week)\.? ?(?P<week>\d\d?),?(?:[-/ ]| of ){YEAR}"),
    "half-year": Form("2021H1", rf"{YEAR}[-/ ]?[Hh](?P<half_year>[12])"),
    "half-year and year": Form("H1 2021", rf"[Hh](?P<half_year>[12])[-/ ]?{YEAR}"),
    "digits and time": Form("20210728T060200", f"{PACKED}[T ]{PACKED_TIME}"),
    "time of day": Form("6:02 PM", TIME),
    "hour before or after noon": Form(
        "6 PM", rf"(?P<hour>\d{{1,2}})(?::(?P<minute>[0-5]\d)(?::{SECOND})?)?(?P<tail> ?[AaPp]\.?[Mm]\.?)"
    ),
    "year and month in digits": Form("202107", f"{THIS_AGE}{PACKED_MONTH}", declared=True),
    "digits": Form("20210728", PACKED_ANY, declared=True),
    "short year first in digits": Form(
        "210728", rf"(?P<year>\d?\d){PACKED_MONTH}{PACKED_DAY}", "yearfirst", declared=True
    ),
    "day first in digits": Form("28072021", f"{DAY}{PACKED_MONTH}{ANY_YEAR_OF_THIS_AGE}", "dayfirst", declared=True),
    "month first in digits": Form(
        "07282021", f"{MONTH}{PACKED_DAY}{ANY_YEAR_OF_THIS_AGE}", "monthfirst", declared=True
    ),
    "seconds since 1970": Form("1627452120", COUNT, ticks=1, declared=True, known_by=LONG),
    "milliseconds since 1970": Form("1627452120000", COUNT, ticks=10**3, declared=True, known_by=LONG),
    "microseconds since 1970": Form("1627452120000000", COUNT, ticks=10**6, declared=True, known_by=LONG),
    "nanoseconds since 1970": Form("1627452120000000000", COUNT, ticks=10**9, declared=True, known_by=LONG),
}
"""By the name that a model file gives them. Of forms that fit as many cells the first is taken."""

PLAIN_TIME = r"(?:[01]\d|2[0-3]):\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
PLAIN = rf"^(?:\d{{4}}-\d\d-\d\d(?:[T ]{PLAIN_TIME} ?(?:Z|[+-]\d\d(?::?\d\d)?)?)?|{PLAIN_TIME})$"
"""A date of ISO 8601 or a time of day, which need no rewriting."""

ZERO = r"^(?:0{4}([-/.]?)00[-/.]?00|00?[-/.]00?[-/.]0000)(?:[T ][0:]*)?$"
"""How a missing date is written by databases: 0000-00-00."""

SEASON = r"^(?:19|20)(\d\d)[-/](\d\d)$"
"""How a season, a school year or a year of accounts is written: 2003-04 is from 2003 to 2004."""

DAY_ALONE = (
    rf"^\d{{1,2}}(?:st|nd|rd|th|\.)?[-/. ]*({LETTERS}{{3,12}})\.?$",
    rf"^({LETTERS}{{3,12}})\.?[-/. ]*\d{{1,2}}(?:st|nd|rd|th|\.)?$",
)
NUMBERED_DAY = r"^(?:0?[1-9]|[12]\d|3[01])\. ?(?:0?[1-9]|1[0-2])\.$"
"""How a day is written without a year: 28-Jul, Jul 28, 28.07."""

PIVOT = "69"
"""Two digits from here are a year of the twentieth century, those below one of the twenty-first. Source: POSIX."""

MOSTLY_DATES = 0.5
"""Of the cells of a column: where so many are dates, it is no category, whose levels no later table would hold."""

LARGEST_COUNT = 9e15
"""Microseconds from 1970 beyond which no date is meant: in the year 2255."""


@dataclass(frozen=True)
class DateNotation:
    """Dates in one form.

    Attributes:
        form: Its name in `FORMS`.
        short: Whether some years have two digits.
    """

    form: str
    short: bool = False

    kinds: ClassVar[tuple[str, ...]] = ("date",)

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise TableError(f"{self.form!r} is no form of dates that is known here")

    def __str__(self) -> str:
        years = f"; two-digit years are 19{PIVOT} to 20{int(PIVOT) - 1}" if self.short else ""
        return f"as {FORMS[self.form].example} ({self.form}){years}"

    def plain(self, text: pl.Series) -> pl.Series:
        """Cells as ISO 8601 writes them; those that are not so written, or are no date, stay as they are."""
        distinct = text.unique()
        if 2 * len(distinct) > len(text):
            return either_of(self.read(text), text)
        return text.replace(distinct, either_of(self.read(distinct), distinct))

    def parts(self, text: pl.Series) -> pl.DataFrame:
        """The groups of the form's pattern in each cell; null where it is not so written."""
        return text.str.strip_chars().str.extract_groups(f"^(?:{FORMS[self.form].pattern})$").struct.unnest()

    def read(self, text: pl.Series) -> pl.Series:
        """The same as `plain`, but null where a cell is not so written or is no date."""
        form, parts = FORMS[self.form], self.parts(text)
        return parts.select(moment(set(parts.columns), form.ticks).alias(text.name)).to_series()

    def has_short_years(self, text: pl.Series) -> bool:
        """Whether any cell so written has two digits for the year."""
        parts = self.parts(text)
        return "year" in parts.columns and bool((parts["year"].str.len_bytes() <= 2).any())

    def rewrites(self, text: pl.Series) -> bool:
        """Whether any cell is so written and not in the plain form."""
        return self.read(text.filter(unplain(text)).unique()).is_not_null().any()


def are_seasons(words: pl.Series) -> bool:
    """Whether all cells are from one year to the next: 2003-04, 2009-10, 1999-00."""
    first, second = (part.cast(pl.Int64) for part in words.str.extract_groups(SEASON).struct.unnest())
    return len(words) > 0 and bool(((first + 1) % 100 == second).fill_null(False).all())


def are_days_alone(words: pl.Series) -> bool:
    """Whether all cells are a day and a month without a year: 28-Jul, Jul 28, 28.07."""
    if not len(words) or words.str.contains(NUMBERED_DAY).all():
        return len(words) > 0
    names = (words.str.extract(pattern).str.to_lowercase() for pattern in DAY_ALONE)
    return any(bool(name.is_in(list(MONTHS)).fill_null(False).all()) for name in names)


def unplain(cells: pl.Series) -> pl.Series:
    """Which cells are neither null nor dates in the plain form."""
    return ~cells.str.contains(PLAIN).fill_null(True)


def either_of(read: pl.Series, text: pl.Series) -> pl.Series:
    """What was read, and the text where nothing was."""
    return read.zip_with(read.is_not_null(), text)


def moment(groups: set[str], ticks: int) -> pl.Expr:
    """ISO 8601 from the groups of a pattern; null where they are no date."""
    if ticks:
        return instant(ticks)
    if "year" not in groups:
        return time()
    if "hour" not in groups:
        return day(groups)
    today = day(groups)
    tomorrow = today.str.to_date("%Y-%m-%d", strict=False).dt.offset_by("1d").dt.to_string("%Y-%m-%d")
    its = pl.when(pl.col("hour") == "24").then(tomorrow).otherwise(today)
    return its + pl.when(pl.col("hour").is_null()).then(pl.lit("")).otherwise(" " + time())


def day(groups: set[str]) -> pl.Expr:
    """The day, 2021-07-28: of a month, a quarter or a week the first."""
    short, two_digits = pl.col("year").str.len_bytes() <= 2, two("year")  # a number has lost the zero of 05
    century = pl.when(two_digits >= PIVOT).then(pl.lit("19")).otherwise(pl.lit("20"))
    year = pl.when(short).then(century + two_digits).otherwise("year")
    if "week" in groups:
        of_week = pl.col("of_week").fill_null("1") if "of_week" in groups else pl.lit("1")
        text = pl.concat_str(year, pl.lit("-W"), two("week"), pl.lit("-"), of_week)
        return text.str.to_date("%G-W%V-%u", strict=False).dt.to_string("%Y-%m-%d")
    if "name" in groups:
        month = pl.col("name").str.to_lowercase().replace_strict(MONTHS, default=None)
    elif "half_year" in groups:
        month = pl.col("half_year").replace_strict({"1": "01", "2": "07"}, default=None)
    elif "quarter" in groups:
        month = pl.col("quarter").replace_strict({"1": "01", "2": "04", "3": "07", "4": "10"}, default=None)
    else:
        month = two("month").fill_null("01")
    text = pl.concat_str(year, month, two("day").fill_null("01") if "day" in groups else pl.lit("01"), separator="-")
    sound = text.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    if "again" in groups:  # 7.5/10 is no date
        sound &= pl.col("sign") == pl.col("again")
    if "weekday" in groups:
        weekday = pl.col("weekday").str.to_lowercase()
        sound &= weekday.is_null() | weekday.is_in(WEEKDAYS)
    return pl.when(sound).then(text)


def time() -> pl.Expr:
    """The time of day, with its zone: 06:02:00Z; 24:00 is midnight."""
    tail = pl.col("tail").str.extract_groups(HALF_AND_ZONE).struct
    number, half = pl.col("hour").cast(pl.Int64), tail.field("half").str.to_lowercase()
    turned = number % 12 + pl.when(half == "p").then(12).otherwise(0)
    minute, second = pl.col("minute").fill_null("00"), pl.col("second").fill_null("00")
    rest = pl.concat_str(minute, pl.col("second").fill_null(""), pl.col("fraction").fill_null(""))
    ends_day = half.is_null() & (number == 24) & ~rest.str.contains("[1-9]")
    hour = pl.when(half.is_null() & (number < 24)).then(number).when(half.is_not_null() & (number <= 12)).then(turned)
    hour = hour.when(ends_day).then(0)
    zone = tail.field("zone").str.to_lowercase().str.replace("^(?:gmt|utc)([+-])", "$1")
    named = zone.replace_strict(ZONES, default=None)
    offset = pl.when(zone.str.contains("^[a-z]")).then(named).otherwise(zone.fill_null(""))
    known = pl.when(pl.col("tail").str.contains(HALF_AND_ZONE).fill_null(True)).then(offset)
    fraction = (pl.lit(".") + pl.col("fraction")).fill_null("")
    return pl.concat_str(hour.cast(pl.String).str.zfill(2), pl.lit(":"), minute, pl.lit(":"), second, fraction, known)


def two(group: str) -> pl.Expr:
    """A group as two digits."""
    return pl.col(group).str.zfill(2)


def instant(ticks: int) -> pl.Expr:
    """The instant so many ticks after the start of 1970 in UTC, to the microsecond."""
    microseconds = (pl.col("count").cast(pl.Float64) * (1e6 / ticks)).round()
    near = pl.when(microseconds.abs() <= LARGEST_COUNT).then(microseconds)
    return near.cast(pl.Int64).cast(pl.Datetime("us")).dt.to_string("%Y-%m-%d %H:%M:%S%.6fZ")

"""Makes holiday.csv: legal public holidays of the United States, 2008 to 2030, by rule.

5 U.S.C. 6103(a) names the days; 6103(b) and Executive Order 11582 give the day in lieu of one that
falls on a Saturday (the Friday before) or a Sunday (the Monday after). Juneteenth from 2021
(Public Law 117-17). Inauguration Day binds the District of Columbia only and is left out.
"""

from datetime import date, timedelta

from table import write

FIRST, LAST = date(2008, 1, 1), date(2030, 12, 31)
MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6


def nth_weekday(year, month, weekday, n):
    """The n-th `weekday` of the month, n from 1."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def last_monday_of_may(year):
    end = date(year, 5, 31)
    return end - timedelta(days=end.weekday())


def legal_holidays(year):
    yield date(year, 1, 1), "New Year's Day"
    yield nth_weekday(year, 1, MONDAY, 3), "Birthday of Martin Luther King, Jr."
    yield nth_weekday(year, 2, MONDAY, 3), "Washington's Birthday"
    yield last_monday_of_may(year), "Memorial Day"
    if year >= 2021:
        yield date(year, 6, 19), "Juneteenth National Independence Day"
    yield date(year, 7, 4), "Independence Day"
    yield nth_weekday(year, 9, MONDAY, 1), "Labor Day"
    yield nth_weekday(year, 10, MONDAY, 2), "Columbus Day"
    yield date(year, 11, 11), "Veterans Day"
    yield nth_weekday(year, 11, THURSDAY, 4), "Thanksgiving Day"
    yield date(year, 12, 25), "Christmas Day"


def with_day_in_lieu(day, name):
    yield day, name, 0
    if day.weekday() == SATURDAY:
        yield day - timedelta(days=1), name, 1
    if day.weekday() == SUNDAY:
        yield day + timedelta(days=1), name, 1


def main():
    rows = [
        (day.isoformat(), name, in_lieu)
        for year in range(FIRST.year, LAST.year + 2)
        for legal in legal_holidays(year)
        for day, name, in_lieu in with_day_in_lieu(*legal)
        if FIRST <= day <= LAST
    ]
    write("holiday.csv", ["date", "name", "in_lieu"], rows)


if __name__ == "__main__":
    main()

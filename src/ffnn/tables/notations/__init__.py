"""How people write numbers, dates, truths and missing cells: each notation once, as data, and its plain form."""

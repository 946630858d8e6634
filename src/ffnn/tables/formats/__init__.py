"""The forms a table comes and goes in: delimited text, JSON Lines, Parquet, Arrow, compressed, data frames."""

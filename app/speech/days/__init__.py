"""When, and for how long: from the words of a message to days.

A page each: `row` (the words), `clock` (times of day, which no rental is counted in), `names` (of one day), `spans` (of
several), `phrases` (a range, an end, a length), `moves` (what is said against the days before), `together` (all phrases
of a message). `said` holds what comes out, `feasts` the shop's calendar. The words are in `languages/<xx>/days.toml`.
"""

"""When people say something is to be: dates, days and times of day, in the content's words."""

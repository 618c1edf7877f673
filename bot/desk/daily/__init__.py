"""The day's work: lists, notes and dates, ready replies, leads entered by hand."""

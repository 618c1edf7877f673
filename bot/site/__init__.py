"""The public pages: the calls to read and to print, and their dates for calendars. No login."""

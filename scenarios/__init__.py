"""What is declared: settings, policies, timetable, metrics, regions, and the library of ready scenarios."""

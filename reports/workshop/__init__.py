"""The workshop page: a room of people runs policies and sees what comes of them; the same as a REST interface.

The page is one document without a build step (`static/`); jobs own the runs, and browsers only watch. FastAPI is an
extra: nothing here is imported before somebody asks for the page.
"""

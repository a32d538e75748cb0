"""A page as PDF, through WeasyPrint: A4, nothing from any network."""

from typing import Any

from channellab.scenarios.errors import ChannelLabError

_NEEDS = (
    "--pdf needs WeasyPrint and Pango: pip install 'channellab[pdf]', and Pango of the operating system "
    "(Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0)"
)


def as_pdf(page: str) -> bytes:
    """A page of ours as PDF.

    Raises:
        ChannelLabError: WeasyPrint or Pango is not there.
    """
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):
        raise ChannelLabError(_NEEDS) from None
    inside = URLFetcher(allowed_protocols=("data",))  # what the page carries in itself, and nothing else
    found: Any = weasyprint.HTML(string=page, url_fetcher=inside).write_pdf()
    return bytes(found)

"""A report for the screen and the printer (HTML): one file, no script, nothing fetched."""

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from gateway.reporting.printed import printed, qr_svg
from gateway.reporting.report_file import SignedReport

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What such a page may do: show itself."""


def page(made: SignedReport) -> str:
    """The report as one HTML page."""
    environment = Environment(
        loader=PackageLoader("gateway.reporting"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
    )
    report = printed(made)
    # Markup: the library writes the code from the text and escapes what it repeats of it.
    return environment.get_template("report.html").render(
        report=report,
        qr=Markup(qr_svg(report.code_text)),  # noqa: S704
    )

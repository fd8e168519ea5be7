"""A report as one HTML page that needs nothing else."""

from secure_bedrock.evidence.report_page.page import render_page as render_page

"""What is installed, what is wrong, and the one command that fixes it. Needs the standard library alone."""

from lstm_teach.doctor.findings import Finding, can_run, examine, report
from lstm_teach.doctor.installation import Installation

"""Imports of foreign data by declarative mappings: checked, landed whole or not at all, and withdrawable."""

from lib.imports.parse import MappingError, read_mapping
from lib.imports.reader import FileProblem
from lib.imports.report import ImportReport
from lib.imports.run import ImportRefused, run_import
from lib.imports.scratch import Rejected
from lib.imports.withdraw import withdraw

__all__ = [
    "FileProblem",
    "ImportRefused",
    "ImportReport",
    "MappingError",
    "Rejected",
    "read_mapping",
    "run_import",
    "withdraw",
]

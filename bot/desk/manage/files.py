"""The tables as files: CSV that opens rightly in a spreadsheet (UTF-8 with BOM), XLSX with a sheet a table.

A cell never becomes a formula: in CSV an apostrophe stands before what a spreadsheet would calculate; in XLSX texts
are written as texts.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

from bot.desk.manage.tables import Cell, Table

BOM = "\ufeff"
#: What a spreadsheet may take for the beginning of a formula.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def inert(cell: Cell) -> Cell:
    """A text no spreadsheet calculates with; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS) else cell


def as_csv(table: Table) -> bytes:
    """One table."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([inert(column) for column in table.columns])
    writer.writerows([[inert(cell) for cell in row] for row in table.rows])
    return (BOM + out.getvalue()).encode()


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """All tables, a sheet each."""
    import xlsxwriter  # only where a workbook is asked for: the service starts sooner

    out = BytesIO()
    never = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, never) as book:
        bold = book.add_format({"bold": True})
        for table in tables:
            sheet = book.add_worksheet(table.title[:31])
            for column, name in enumerate(table.columns):
                sheet.write_string(0, column, name, bold)
            for line, row in enumerate(table.rows, 1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(line, column, str(inert(cell)))
                    else:
                        sheet.write_number(line, column, cell)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, 0, 28)
    return out.getvalue()

"""`hurentong dossier export|verify`: 一人一档 as a file, and whether such a file is whole."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from cryptography import x509

from bot.papers.dossier.verifying import verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which dossiers into which file; or which file is to be checked."""
    ways = parser.add_subparsers(dest="way", required=True)
    out = ways.add_parser("export", help="导出案卷 (write dossiers into a new file)")
    which = out.add_mutually_exclusive_group(required=True)
    which.add_argument("--case", metavar="申请编号", help="一件办件 (one case)")
    which.add_argument("--month", metavar="2026-11", help="这个月办结的全部办件 (all cases that ended in a month)")
    which.add_argument(
        "--person",
        action="store_true",
        help="一个人的全部办件，身份证号从标准输入读 (a person's; number on standard input)",
    )
    out.add_argument("file", type=Path, help="写到哪个新文件 (a new file)")
    check = ways.add_parser("verify", help="核验案卷，不用数据库 (check a dossier, without the database)")
    check.add_argument("--certificate", type=Path, help="只认这张证书的签名 (PEM; only its signature counts)")
    check.add_argument("file", type=Path, help="案卷 ZIP，或电子居住证 PDF (a dossier, or a permit)")


def run(arguments: argparse.Namespace) -> int:
    """Do it; 0 done or whole, 1 not."""
    if arguments.way == "verify":
        try:
            return _verify(arguments.file, arguments.certificate)
        except (OSError, ValueError) as error:  # not there, or the certificate is none
            sys.stderr.write(f"读不了 (unreadable): {error}\n")
            return 1
    from bot.papers.dossier.exporting import export  # the whole house: not to check a file with
    from bot.settings import read_settings
    from storage.errors import StorageError

    try:
        return asyncio.run(export(read_settings(), arguments, sys.stdin))
    except (StorageError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _verify(file: Path, certificate: Path | None) -> int:
    """A dossier; or an electronic permit, whose signature is checked against the certificate."""
    with file.open("rb") as opened:
        is_permit = opened.read(5) == b"%PDF-"
    if is_permit:
        return _verify_permit(file, certificate)
    report = verify(file, certificate.read_bytes() if certificate else None)
    if report.is_whole:
        sys.stdout.write(f"完好 (whole): {len(report.cases)} 件，{report.files} 个文件\n")
        sys.stdout.write(f"签名证书 (signed under): SHA-256 {report.fingerprint}\n")
        for name in report.missing:
            sys.stdout.write(f"制作时就缺 (missing when it was made): {name}\n")
        return 0
    for problem in report.problems:
        sys.stderr.write(f"不完好 (not whole): {problem}\n")
    return 1


def _verify_permit(file: Path, certificate: Path | None) -> int:
    from bot.papers.pades import holds  # half a second to load: only where a permit is checked

    if certificate is None:
        sys.stderr.write("核验电子证要用 --certificate 指明证书 (a permit is checked against --certificate)\n")
        return 1
    if holds(file.read_bytes(), x509.load_pem_x509_certificate(certificate.read_bytes())):
        sys.stdout.write("完好，签名有效 (whole, and signed under this certificate)\n")
        return 0
    sys.stderr.write("不完好，或者不是这张证书签的 (changed, or signed under another certificate)\n")
    return 1

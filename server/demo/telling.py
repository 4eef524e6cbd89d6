"""What the demo says while it comes up, and where to go when it is there."""

import sys
import time
from dataclasses import dataclass, field

from server.demo.cast import CAST
from server.demo.places import Map, PortalPlace


@dataclass(slots=True)
class Telling:
    """Prints progress, each line with the seconds since the start."""

    started: float = field(default_factory=time.monotonic)
    told_first: bool = False

    def begin(self) -> None:
        """Count from here."""
        self.step("启动", "starting")

    def step(self, chinese: str, english: str) -> None:
        """Say what is being done."""
        self.line(f"[{time.monotonic() - self.started:5.1f} s] {chinese} · {english}")

    def first_page(self, address: str) -> None:
        """Say, once, that there is something to look at."""
        if not self.told_first:
            self.step(f"首页可以打开了 {address}", "the first page is there")
            self.told_first = True

    def ready(self, where: Map) -> None:
        """Say where to go and with which accounts."""
        self.step("就绪", "ready")
        self.line("")
        for place in where.installations:
            for portal in place.portals:
                self._portal(portal)
        self._portal(where.federated)
        self.line("")
        self.line("  账号 Accounts（验证码种子见 demo.json · code seeds in demo.json）")
        for player in CAST:
            home = f"{player.province}" if player.province else "国家 national"
            self.line(
                f"  {player.username:<12} {player.password:<24} {home:<12} "
                f"{player.level} 级 level {player.level}  {player.name}"
            )
        self.line("")
        self.line(f"  程序用 For programs: {where.card}")
        self.line("  Ctrl-C 停止，数据保留 · stops; the data are kept")

    def _portal(self, portal: PortalPlace) -> None:
        self.line(f"  {portal.base_url}  {portal.title_zh} · {portal.title_en}")

    def line(self, text: str) -> None:
        """Print a line at once."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

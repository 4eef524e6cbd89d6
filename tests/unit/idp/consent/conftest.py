from tests.unit.idp.login.conftest import browser, house

__all__ = ["browser", "house"]

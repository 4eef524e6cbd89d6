"""Ways a page can refuse a form. What people read about them is in ``explanations``."""

from kernel.errors import Refused


class FormRefused(Refused):
    """The form may not have been filled in on a page of ours; nothing was done with it."""

    code = "form_refused"


class FormTokenMissing(FormRefused):
    """The form came without its token: it was not one of our pages, or lost a field."""

    code = "form_token_missing"


class FormTokenForeign(FormRefused):
    """The token was made up, or made for another browser."""

    code = "form_token_foreign"


class FormFromElsewhere(FormRefused):
    """The browser says that another site sent the form."""

    code = "form_from_elsewhere"


class BrowserUnknown(FormRefused):
    """The form came without the cookie that its token is bound to."""

    code = "browser_unknown"


class FormTokenOld(FormRefused):
    """The form was open for longer than its token lives."""

    code = "form_token_old"

"""{{ name }}: sign-in and sign-out for Django; add both to urls.py."""

from authlib.integrations.django_client import OAuth
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

oauth = OAuth()
oauth.register("trusthub")
REDIRECT_URI = {{ redirect_uri | js }}
ISSUER = {{ issuer | js }}


def sign_in(request):
    """Send the browser to the hub; state, nonce and PKCE are made and kept by Authlib."""
    return oauth.trusthub.authorize_redirect(request, REDIRECT_URI)


def signed_in(request):
    """Take the answer at the redirect URI; the ID token is verified in here."""
    if request.GET.get("iss") != ISSUER:
        raise PermissionDenied("the answer is of another issuer")
    token = oauth.trusthub.authorize_access_token(request)
    # Bind your records to sub: a name is no key.
    request.session["person"] = token["userinfo"]["sub"]
    return redirect("/")


def sign_out(request):
    """End the session here, and at the hub."""
    request.session.flush()
    return redirect(ISSUER + "/logout")

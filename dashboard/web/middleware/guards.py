"""The layers that stand in front of everything, in their order."""

from collections.abc import Callable

from starlette.middleware import Middleware
from starlette.types import Scope

from dashboard.web.capacity import Sessions
from dashboard.web.middleware.error_pages import ErrorPages
from dashboard.web.middleware.origin import OwnOrigin
from dashboard.web.middleware.security_headers import SecurityHeaders
from dashboard.web.middleware.upload_quota import UploadedBytes, UploadGate, UploadLimits
from etl.settings import Settings


def guards(settings: Settings, in_memory: UploadedBytes, may_upload: Callable[[Scope], bool]) -> list[Middleware]:
    """The outermost first."""
    limits = UploadLimits.from_settings(settings)
    return [
        Middleware(SecurityHeaders, embed_hosts=settings.embed_hosts),
        Middleware(ErrorPages),
        Middleware(OwnOrigin, public_urls=settings.public_url),
        Middleware(Sessions, most=settings.max_sessions),
        Middleware(UploadGate, limits=limits, in_memory=in_memory, may_upload=may_upload),
    ]

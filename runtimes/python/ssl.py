"""The names of `ssl`, for the many programs that import it and then use no TLS. Whoever wants to speak it is refused."""

import enum
from collections import namedtuple

HAS_SNI = HAS_ALPN = HAS_NPN = HAS_ECDH = HAS_TLSv1_3 = HAS_TLSv1_2 = HAS_NEVER_CHECK_COMMON_NAME = False
OPENSSL_VERSION = "none"
OPENSSL_VERSION_INFO = (0, 0, 0, 0, 0)
OPENSSL_VERSION_NUMBER = 0
SOL_SOCKET = 1
PEM_HEADER = "-----BEGIN CERTIFICATE-----"
PEM_FOOTER = "-----END CERTIFICATE-----"


class VerifyMode(enum.IntEnum):
    CERT_NONE = 0
    CERT_OPTIONAL = 1
    CERT_REQUIRED = 2


class _SSLMethod(enum.IntEnum):
    PROTOCOL_TLS = PROTOCOL_SSLv23 = 2
    PROTOCOL_TLSv1 = 3
    PROTOCOL_TLSv1_1 = 4
    PROTOCOL_TLSv1_2 = 5
    PROTOCOL_TLS_CLIENT = 16
    PROTOCOL_TLS_SERVER = 17


class TLSVersion(enum.IntEnum):
    MINIMUM_SUPPORTED = -2
    MAXIMUM_SUPPORTED = -1
    SSLv3 = 768
    TLSv1 = 769
    TLSv1_1 = 770
    TLSv1_2 = 771
    TLSv1_3 = 772


class Options(enum.IntFlag):
    OP_ALL = 0x80000050
    OP_NO_SSLv2 = 0
    OP_NO_SSLv3 = 1 << 25
    OP_NO_TLSv1 = 1 << 26
    OP_NO_TLSv1_1 = 1 << 28
    OP_NO_TLSv1_2 = 1 << 27
    OP_NO_TLSv1_3 = 1 << 29
    OP_NO_COMPRESSION = 1 << 17
    OP_NO_TICKET = 1 << 14
    OP_NO_RENEGOTIATION = 1 << 30
    OP_SINGLE_DH_USE = OP_SINGLE_ECDH_USE = 0
    OP_CIPHER_SERVER_PREFERENCE = 1 << 22
    OP_ENABLE_MIDDLEBOX_COMPAT = 1 << 20
    OP_IGNORE_UNEXPECTED_EOF = 1 << 7
    OP_LEGACY_SERVER_CONNECT = 4


class VerifyFlags(enum.IntFlag):
    VERIFY_DEFAULT = 0
    VERIFY_CRL_CHECK_LEAF = 4
    VERIFY_CRL_CHECK_CHAIN = 12
    VERIFY_X509_STRICT = 32
    VERIFY_X509_TRUSTED_FIRST = 32768
    VERIFY_X509_PARTIAL_CHAIN = 524288


class SSLErrorNumber(enum.IntEnum):
    SSL_ERROR_SSL = 1
    SSL_ERROR_WANT_READ = 2
    SSL_ERROR_WANT_WRITE = 3
    SSL_ERROR_WANT_X509_LOOKUP = 4
    SSL_ERROR_SYSCALL = 5
    SSL_ERROR_ZERO_RETURN = 6
    SSL_ERROR_WANT_CONNECT = 7
    SSL_ERROR_EOF = 8
    SSL_ERROR_INVALID_ERROR_CODE = 10


for _enum in VerifyMode, _SSLMethod, Options, VerifyFlags, SSLErrorNumber:
    globals().update(_enum.__members__)


class Purpose(enum.Enum):
    SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"


class SSLError(OSError):
    library = reason = None


class SSLZeroReturnError(SSLError): pass
class SSLWantReadError(SSLError): pass
class SSLWantWriteError(SSLError): pass
class SSLSyscallError(SSLError): pass
class SSLEOFError(SSLError): pass
class SSLCertVerificationError(SSLError, ValueError): pass


CertificateError = SSLCertVerificationError
DefaultVerifyPaths = namedtuple("DefaultVerifyPaths", "cafile capath openssl_cafile_env openssl_cafile openssl_capath_env openssl_capath")


def _refuse(*args, **kwargs):
    # An ImportError, since that is what programs that can do without TLS expect where there is none.
    raise ImportError("TLS is not there yet in this Python; http_proxy can name a proxy that speaks it", name="_ssl")


class SSLContext:
    """Some make one as soon as they are imported."""

    check_hostname = False
    verify_mode = VerifyMode.CERT_NONE
    verify_flags = VerifyFlags.VERIFY_DEFAULT
    options = Options.OP_ALL
    minimum_version = TLSVersion.MINIMUM_SUPPORTED
    maximum_version = TLSVersion.MAXIMUM_SUPPORTED
    wrap_socket = wrap_bio = load_cert_chain = _refuse

    def __init__(self, protocol=_SSLMethod.PROTOCOL_TLS):
        self.protocol = protocol

    def set_ciphers(self, *args, **kwargs):
        pass

    load_default_certs = load_verify_locations = set_default_verify_paths = set_alpn_protocols = set_ciphers


def create_default_context(purpose=Purpose.SERVER_AUTH, *, cafile=None, capath=None, cadata=None):
    return SSLContext(_SSLMethod.PROTOCOL_TLS_CLIENT if purpose == Purpose.SERVER_AUTH else _SSLMethod.PROTOCOL_TLS_SERVER)


class SSLSocket:
    __new__ = _refuse


class SSLObject:
    __new__ = _refuse


class SSLSession:
    __new__ = _refuse


class MemoryBIO:
    __new__ = _refuse


def get_default_verify_paths():
    return DefaultVerifyPaths(None, None, "SSL_CERT_FILE", "", "SSL_CERT_DIR", "")


_create_default_https_context = _create_unverified_context = _create_stdlib_context = _refuse
get_server_certificate = cert_time_to_seconds = DER_cert_to_PEM_cert = PEM_cert_to_DER_cert = RAND_bytes = RAND_status = _refuse

"""What hashlib has of OpenSSL only."""


def adapt(module):
    if hasattr(module, "pbkdf2_hmac"):
        return

    def pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None):
        """PBKDF2 of RFC 8018, section 5.2."""
        inner, outer = module.new(hash_name), module.new(hash_name)
        if iterations < 1 or dklen is not None and dklen < 1:
            raise ValueError("iterations and dklen have to be 1 or more")
        key = bytes(password) if len(password) <= inner.block_size else module.new(hash_name, password).digest()
        key = key.ljust(inner.block_size, b"\0")
        inner.update(bytes(byte ^ 0x36 for byte in key))
        outer.update(bytes(byte ^ 0x5C for byte in key))

        def mac(text):
            hash, around = inner.copy(), outer.copy()
            hash.update(text)
            around.update(hash.digest())
            return around.digest()

        length = dklen or inner.digest_size
        derived = b""
        for block in range(1, -(-length // inner.digest_size) + 1):
            last = mac(bytes(salt) + block.to_bytes(4, "big"))
            sum = int.from_bytes(last, "big")
            for _ in range(iterations - 1):
                last = mac(last)
                sum ^= int.from_bytes(last, "big")
            derived += sum.to_bytes(inner.digest_size, "big")
        return derived[:length]

    module.pbkdf2_hmac = pbkdf2_hmac

"""What is used of envoy_utils, which ships no types."""

class EnvoyUtils:
    @staticmethod
    def get_password(serial_num: str, user_name: str) -> str: ...

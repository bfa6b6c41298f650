checked: list[tuple[str, str, str]] = []


def runtime_check_credential_policy_compliance(credential_id: str, provider: str, credential_type: str) -> None:
    checked.append((credential_id, provider, credential_type))
